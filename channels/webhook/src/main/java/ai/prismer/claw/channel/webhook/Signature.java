package ai.prismer.claw.channel.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 under the channel's secret, as {@code sha256=<hex>}: over the body, as the original's
 * senders do it, or over {@code <seconds>.<body>}, which binds it to a time. Thread-safe.
 */
final class Signature {
  static final String HEADER = "X-Signature-256";
  static final String TIMESTAMP = "X-Timestamp";
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "sha256=";

  private final SecretKeySpec key;

  Signature(String secret) {
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /**
   * Signs.
   *
   * @param timestamp Unix seconds as text; empty for none
   */
  String sign(String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      if (!timestamp.isEmpty()) {
        mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      }
      return PREFIX + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }

  /** Whether it is the signature; takes as long for a wrong one as for a right one. */
  boolean matches(String shown, String timestamp, byte[] body) {
    return MessageDigest.isEqual(
        sign(timestamp, body).getBytes(StandardCharsets.UTF_8),
        shown.getBytes(StandardCharsets.UTF_8));
  }
}
