package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.framing.PayloadReader;
import ai.prismer.claw.contract.Envelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** What a client's control frames say. One that cannot be read says nothing. */
final class ControlReader {
  private ControlReader() {}

  /** The plain values of the payload. */
  static Map<String, String> payload(ByteBuffer frame) {
    try {
      return PayloadReader.read(stream(frame));
    } catch (IOException unreadable) {
      return Map.of();
    }
  }

  /** The texts of a list in the payload. */
  static List<String> list(ByteBuffer frame, String key, int most) {
    try {
      return PayloadReader.readList(stream(frame), key, most);
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /** The message that an answer of the client is about. */
  static String reference(Envelope envelope, ByteBuffer frame) {
    String id = envelope.correlationId();
    return id != null ? id : payload(frame).getOrDefault("ref", "");
  }

  private static InputStream stream(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(frame.position(), bytes);
    return new ByteArrayInputStream(bytes);
  }
}
