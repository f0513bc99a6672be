package ai.prismer.claw.bus.router;

import ai.prismer.claw.contract.Envelope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * Gives a frame the keys that everybody behind the bus relies on: spliced in behind the opening
 * brace, so that everything else stays the bytes it was.
 */
final class FrameCompletion {
  private FrameCompletion() {}

  /** The frame, or a longer one with what it lacked. */
  static ByteBuffer of(Envelope envelope, String channel, ByteBuffer frame, InstantSource clock) {
    StringBuilder missing = new StringBuilder("{");
    if (envelope.channel() == null) {
      missing.append("\"channel\":\"").append(channel).append("\",");
    }
    if (envelope.timestamp() == null) {
      missing.append("\"timestamp\":\"").append(clock.instant()).append("\",");
    }
    if (missing.length() == 1) {
      return frame;
    }
    byte[] head = missing.toString().getBytes(StandardCharsets.US_ASCII);
    int brace = frame.position();
    while (frame.get(brace) != '{') {
      brace++;
    }
    int rest = frame.limit() - brace - 1;
    ByteBuffer whole = ByteBuffer.allocate(head.length + rest);
    return whole.put(head).put(frame.slice(brace + 1, rest)).flip();
  }
}
