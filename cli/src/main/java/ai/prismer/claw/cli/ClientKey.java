package ai.prismer.claw.cli;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The algorithm of a kubeconfig's client key. The client library takes every key in PKCS #8 for an
 * RSA key; many clusters hand out keys on elliptic curves.
 */
final class ClientKey {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** The object identifier id-ecPublicKey (RFC 5480) as it stands in a key's header. */
  private static final String EC_PUBLIC_KEY = "06072a8648ce3d0201";

  private ClientKey() {}

  /** Corrects the algorithm where the library would guess wrong. */
  static void correct(Config config) {
    if (isOnCurve(pem(config))) {
      config.setClientKeyAlgo("EC");
    }
  }

  static boolean isOnCurve(String pem) {
    int from = pem.indexOf(BEGIN);
    int to = pem.indexOf(END);
    if (from < 0 || to < from) {
      return pem.contains("-----BEGIN EC PRIVATE KEY-----");
    }
    byte[] der =
        Base64.getMimeDecoder()
            .decode(pem.substring(from + BEGIN.length(), to).getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(der).contains(EC_PUBLIC_KEY);
  }

  /** The key in PEM; empty if there is none, or none that can be read: the library will say so. */
  private static String pem(Config config) {
    @Nullable String data = config.getClientKeyData();
    @Nullable String file = config.getClientKeyFile();
    try {
      if (data != null) {
        return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
      }
      return file == null ? "" : Files.readString(Path.of(file));
    } catch (IOException | IllegalArgumentException e) {
      return "";
    }
  }
}
