package ai.prismer.claw.bus.router;

import ai.prismer.claw.contract.Envelope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * Gives a frame the keys that everybody behind the bus relies on: spliced in behind the opening
 * brace, so that everything else stays the bytes it was.
 *
 * @param envelope with nothing missing
 * @param content the frame's bytes; those of the frame itself if it was complete
 */
record FrameCompletion(Envelope envelope, ByteBuffer content) {
  /** The frame, or a longer one with what it lacked. */
  static FrameCompletion of(
      Envelope envelope, String channel, ByteBuffer frame, InstantSource clock) {
    if (envelope.channel() != null && envelope.timestamp() != null) {
      return new FrameCompletion(envelope, frame);
    }
    String named = envelope.channel() == null ? channel : envelope.channel();
    String made = envelope.timestamp() == null ? clock.instant().toString() : envelope.timestamp();
    StringBuilder missing = new StringBuilder("{");
    if (envelope.channel() == null) {
      missing.append("\"channel\":\"").append(named).append("\",");
    }
    if (envelope.timestamp() == null) {
      missing.append("\"timestamp\":\"").append(made).append("\",");
    }
    return new FrameCompletion(
        new Envelope(
            envelope.id(),
            envelope.type(),
            named,
            envelope.correlationId(),
            envelope.replyTo(),
            made),
        spliced(frame, missing.toString()));
  }

  private static ByteBuffer spliced(ByteBuffer frame, String missing) {
    byte[] head = missing.getBytes(StandardCharsets.US_ASCII);
    int brace = frame.position();
    while (frame.get(brace) != '{') {
      brace++;
    }
    int rest = frame.limit() - brace - 1;
    ByteBuffer whole = ByteBuffer.allocate(head.length + rest);
    return whole.put(head).put(frame.slice(brace + 1, rest)).flip();
  }
}
