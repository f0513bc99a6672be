package ai.prismer.claw.operator.runtime;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Of which kind the private key of a kubeconfig is. The client library takes every key for RSA
 * unless it is told; many clusters (k3s, the test bed) hand out keys on elliptic curves.
 */
final class ClientKey {

  private static final String ELLIPTIC = "EC";
  private static final String LABEL = "-----BEGIN EC PRIVATE KEY-----";

  private ClientKey() {}

  /** {@code EC} where the key is one, else what the configuration says. */
  static String algorithm(Config config) {
    String pem = pem(config);
    return pem != null && isElliptic(pem) ? ELLIPTIC : config.getClientKeyAlgo();
  }

  private static @Nullable String pem(Config config) {
    try {
      if (config.getClientKeyData() != null) {
        byte[] decoded = Base64.getMimeDecoder().decode(config.getClientKeyData());
        return new String(decoded, StandardCharsets.US_ASCII);
      }
      return config.getClientKeyFile() == null
          ? null
          : Files.readString(Path.of(config.getClientKeyFile()), StandardCharsets.US_ASCII);
    } catch (IOException | IllegalArgumentException unreadable) {
      // The client library says so better when it reads the key.
      return null;
    }
  }

  private static boolean isElliptic(String pem) {
    if (pem.contains(LABEL)) {
      return true;
    }
    String body = pem.replaceAll("-----[A-Z ]+-----", "");
    try {
      KeyFactory.getInstance(ELLIPTIC)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
      return true;
    } catch (InvalidKeySpecException | IllegalArgumentException another) {
      return false;
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has " + ELLIPTIC, impossible);
    }
  }
}
