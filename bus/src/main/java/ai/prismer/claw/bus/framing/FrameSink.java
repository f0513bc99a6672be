package ai.prismer.claw.bus.framing;

import java.nio.ByteBuffer;

/** Who receives what a {@link FrameDecoder} finds. */
public interface FrameSink {
  /**
   * One part of a frame. A frame up to the decoder's part size comes as one part that is both first
   * and last; a longer one as several, so that nobody ever holds it whole.
   *
   * @param bytes the part; valid only during this call
   */
  void part(ByteBuffer bytes, boolean first, boolean last);

  /**
   * A frame longer than may be carried was announced. Its bytes are skipped as they arrive and the
   * frames behind it are received as usual.
   *
   * @param length bytes announced
   */
  void oversized(int length);

  /** Whether the next part may come now; if not, the decoder leaves it in its input. */
  default boolean ready() {
    return true;
  }
}
