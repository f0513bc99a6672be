package ai.prismer.claw.bus.framing;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

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

  /** This sink, but ready only while {@code open} is so as well. */
  default FrameSink onlyWhile(BooleanSupplier open) {
    FrameSink inner = this;
    return new FrameSink() {
      @Override
      public void part(ByteBuffer bytes, boolean first, boolean last) {
        inner.part(bytes, first, last);
      }

      @Override
      public void oversized(int length) {
        inner.oversized(length);
      }

      @Override
      public boolean ready() {
        return open.getAsBoolean() && inner.ready();
      }
    };
  }
}
