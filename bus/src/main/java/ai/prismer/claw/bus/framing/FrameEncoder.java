package ai.prismer.claw.bus.framing;

import ai.prismer.claw.contract.BusProtocol;
import java.nio.ByteBuffer;

/** Writes frames. */
public final class FrameEncoder {
  private FrameEncoder() {}

  /**
   * The four bytes that go before a frame.
   *
   * @param length bytes of the frame, 1 to {@link BusProtocol#MAX_FRAME_BYTES}
   */
  public static ByteBuffer header(int length) {
    if (length <= 0 || length > BusProtocol.MAX_FRAME_BYTES) {
      throw new IllegalArgumentException("a frame of " + length + " bytes cannot be sent");
    }
    return ByteBuffer.allocate(BusProtocol.LENGTH_BYTES).putInt(0, length);
  }

  /** Length and bytes of one frame in one buffer, ready to be written. */
  public static ByteBuffer frame(byte[] json) {
    ByteBuffer header = header(json.length);
    return ByteBuffer.allocate(BusProtocol.LENGTH_BYTES + json.length).put(header).put(json).flip();
  }
}
