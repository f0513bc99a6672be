package ai.prismer.claw.openclaw.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The opening handshake, seen from the server (RFC 6455, 4.2). */
final class Handshake {
  private static final int LIMIT = 8 * 1024;
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private Handshake() {}

  /**
   * Reads a request and checks that it asks for a WebSocket.
   *
   * @throws Refusal when it does not
   */
  static Upgrade read(InputStream in) throws IOException, Refusal {
    String[] lines = head(in).split("\r\n", -1);
    String[] request = lines[0].split(" ", -1);
    if (request.length != 3 || !request[2].equals("HTTP/1.1")) {
      throw badRequest("no HTTP/1.1 request");
    }
    if (!request[0].equals("GET")) {
      throw new Refusal(405, "Method Not Allowed", "only GET is allowed here");
    }
    Map<String, String> headers = new HashMap<>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw badRequest("a header line without a name");
      }
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (first, second) -> first + "," + second);
    }
    check(headers);
    return new Upgrade(request[1], headers);
  }

  private static void check(Map<String, String> headers) throws Refusal {
    if (!lists(headers, "upgrade", "websocket") || !lists(headers, "connection", "upgrade")) {
      throw new Refusal(426, "Upgrade Required", "this port speaks only WebSocket");
    }
    if (!"13".equals(headers.get("sec-websocket-version"))) {
      throw new Refusal(426, "Upgrade Required", "only version 13 of WebSocket is spoken here");
    }
    if (!headers.containsKey("host")) {
      throw badRequest("no Host header");
    }
    try {
      String key = headers.getOrDefault("sec-websocket-key", "");
      if (Base64.getDecoder().decode(key).length != 16) {
        throw badRequest("Sec-WebSocket-Key must be 16 bytes");
      }
    } catch (IllegalArgumentException e) {
      throw badRequest("Sec-WebSocket-Key is no base64");
    }
  }

  private static boolean lists(Map<String, String> headers, String name, String token) {
    return Arrays.stream(headers.getOrDefault(name, "").split(",", -1))
        .anyMatch(value -> value.strip().equalsIgnoreCase(token));
  }

  /** The answer that grants the upgrade. No extension and no subprotocol is ever agreed on. */
  static byte[] accept(Upgrade upgrade) {
    String key = upgrade.headers().getOrDefault("sec-websocket-key", "");
    String answer =
        """
        HTTP/1.1 101 Switching Protocols
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Accept: %s

        """
            .formatted(Base64.getEncoder().encodeToString(sha1(key + GUID)));
    return answer.replace("\n", "\r\n").getBytes(US_ASCII);
  }

  /** The answer that refuses it. */
  static byte[] refuse(Refusal refusal) {
    String body = "{\"error\":\"" + refusal.getMessage() + "\"}\n";
    String head =
        """
        HTTP/1.1 %d %s
        Content-Type: application/json
        Content-Length: %d
        Sec-WebSocket-Version: 13
        Connection: close

        """
            .formatted(refusal.status(), refusal.phrase(), body.length());
    return (head.replace("\n", "\r\n") + body).getBytes(US_ASCII);
  }

  private static String head(InputStream in) throws IOException, Refusal {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int end = 0;
    while (end < 4) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the peer left before its request was complete");
      }
      bytes.write(b);
      if (bytes.size() > LIMIT) {
        throw new Refusal(431, "Request Header Fields Too Large", "the header is too long");
      }
      end = b == "\r\n\r\n".charAt(end) ? end + 1 : b == '\r' ? 1 : 0;
    }
    String head = bytes.toString(ISO_8859_1);
    return head.substring(0, head.length() - 4);
  }

  private static Refusal badRequest(String message) {
    return new Refusal(400, "Bad Request", message);
  }

  private static byte[] sha1(String text) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(text.getBytes(US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
