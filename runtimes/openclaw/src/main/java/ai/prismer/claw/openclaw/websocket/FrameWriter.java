package ai.prismer.claw.openclaw.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Builds the frames a server sends: unmasked and never fragmented (RFC 6455, 5.2). */
final class FrameWriter {
  private static final int CLOSE_REASON_LIMIT = 123;

  private FrameWriter() {}

  static byte[] text(String text) {
    return frame(1, text.getBytes(UTF_8));
  }

  static byte[] ping() {
    return frame(9, new byte[0]);
  }

  static byte[] pong(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return frame(10, bytes);
  }

  /** The reason must be ASCII; one that is too long is cut. */
  static byte[] close(int code, String reason) {
    byte[] text = reason.getBytes(UTF_8);
    ByteBuffer payload = ByteBuffer.allocate(2 + Math.min(text.length, CLOSE_REASON_LIMIT));
    payload.putShort((short) code).put(Arrays.copyOf(text, payload.remaining()));
    return frame(8, payload.array());
  }

  private static byte[] frame(int opcode, byte[] payload) {
    int length = payload.length;
    int extra = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
    ByteBuffer frame = ByteBuffer.allocate(2 + extra + length);
    frame.put((byte) (0x80 | opcode));
    switch (extra) {
      case 0 -> frame.put((byte) length);
      case 2 -> frame.put((byte) 126).putShort((short) length);
      default -> frame.put((byte) 127).putLong(length);
    }
    return frame.put(payload).array();
  }
}
