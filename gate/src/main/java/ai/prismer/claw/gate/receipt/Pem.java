package ai.prismer.claw.gate.receipt;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The textual encoding of keys, RFC 7468. */
final class Pem {
  private Pem() {}

  static String write(String label, byte[] der) {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, encoder.encodeToString(der), label);
  }

  /**
   * The content of the first block with this label.
   *
   * @throws IllegalArgumentException if there is none; the message never holds the content
   */
  static byte[] read(String label, String text) {
    String begin = "-----BEGIN " + label + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no PEM block \"" + label + "\"");
    }
    String body = text.substring(from + begin.length(), to).replaceAll("\\s", "");
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the PEM block \"" + label + "\" is not base64", e);
    }
  }
}
