package ai.prismer.claw.bus.framing;

import ai.prismer.claw.contract.BusProtocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one connection's bytes into frames, however they were torn apart on the way.
 *
 * <p>Not thread-safe: a decoder belongs to the connection it reads.
 *
 * <p>What a hostile or broken peer can do, and what it costs others:
 *
 * <ul>
 *   <li>Announce 16 MiB and send nothing. Memory is taken as bytes arrive, not as they are
 *       announced, never more than one part, and out of a {@link FrameBudget} that all connections
 *       share.
 *   <li>Announce more than may be carried. The frame is reported and skipped, so that the frames
 *       behind it still arrive: one oversized message must not take the connection with it.
 *   <li>Send a length that is no length (zero, or above 2 GiB). The stream is out of step and
 *       nothing behind it can be trusted: {@link FrameException}, and this connection ends.
 *   <li>Drip a byte a minute. {@link #overdue} tells the server that a frame was begun and did not
 *       grow by a part in time.
 * </ul>
 */
public final class FrameDecoder {
  /** Why {@link #decode} returned. */
  public enum Outcome {
    /** All input was taken. */
    CONSUMED,
    /** The budget is used up: keep the rest of the input, read no more, try again later. */
    STARVED,
    /** The sink is not ready: the same, until it is. */
    PAUSED
  }

  private static final int SMALLEST_BUFFER = 4096;

  private final FrameBudget budget;
  private final int partBytes;

  private int lengthBytesSeen;
  private int announced;

  /** Bytes of the current frame that were not yet handed on nor buffered. */
  private int missing;

  /** Bytes of an oversized frame still to be skipped. */
  private int skip;

  private boolean first;
  private @Nullable ByteBuffer buffer;
  private long progressNanos;

  /**
   * @param budget shared by all connections of the bus
   * @param partBytes longest part handed to the sink, in bytes
   */
  public FrameDecoder(FrameBudget budget, int partBytes) {
    if (partBytes <= 0) {
      throw new IllegalArgumentException("parts of " + partBytes + " bytes");
    }
    this.budget = budget;
    this.partBytes = partBytes;
  }

  /**
   * Takes bytes from {@code input} and hands what they complete to {@code sink}.
   *
   * @param nowNanos monotonic time, for {@link #overdue}
   * @throws FrameException when the stream can no longer be understood
   */
  public Outcome decode(ByteBuffer input, long nowNanos, FrameSink sink) throws FrameException {
    while (input.hasRemaining()) {
      if (!sink.ready()) {
        return Outcome.PAUSED;
      }
      if (skip > 0) {
        int step = Math.min(skip, input.remaining());
        input.position(input.position() + step);
        skip -= step;
      } else if (missing == 0) {
        readLength(input, nowNanos, sink);
      } else if (!readBody(input, nowNanos, sink)) {
        return Outcome.STARVED;
      }
    }
    return Outcome.CONSUMED;
  }

  /** Whether a frame has been begun and its current part has taken longer than {@code limit}. */
  public boolean overdue(long nowNanos, Duration limit) {
    boolean midFrame = lengthBytesSeen > 0 || missing > 0 || skip > 0;
    return midFrame && nowNanos - progressNanos > limit.toNanos();
  }

  /** Whether the stream may end here without tearing a frame. */
  public boolean betweenFrames() {
    return lengthBytesSeen == 0 && missing == 0 && skip == 0;
  }

  /** Gives back the memory of a frame that will never be completed. */
  public void close() {
    releaseBuffer();
    missing = 0;
    skip = 0;
    lengthBytesSeen = 0;
  }

  private void readLength(ByteBuffer input, long nowNanos, FrameSink sink) throws FrameException {
    if (lengthBytesSeen == 0) {
      progressNanos = nowNanos;
    }
    announced = (announced << 8) | (input.get() & 0xFF);
    if (++lengthBytesSeen < BusProtocol.LENGTH_BYTES) {
      return;
    }
    lengthBytesSeen = 0;
    int length = announced;
    announced = 0;
    if (length <= 0) {
      throw new FrameException(
          "a frame announces "
              + Integer.toUnsignedString(length)
              + " bytes; expected 1 to "
              + BusProtocol.MAX_FRAME_BYTES);
    }
    if (length > BusProtocol.MAX_FRAME_BYTES) {
      skip = length;
      sink.oversized(length);
      return;
    }
    missing = length;
    first = true;
  }

  /** Returns false when the budget has no room for what must be kept. */
  private boolean readBody(ByteBuffer input, long nowNanos, FrameSink sink) {
    int buffered = buffer == null ? 0 : buffer.position();
    int part = Math.min(partBytes, buffered + missing);
    if (buffered == 0 && input.remaining() >= part) {
      // The whole part lies in the input: hand it on without a copy.
      ByteBuffer slice = input.slice(input.position(), part);
      input.position(input.position() + part);
      deliver(slice, part, nowNanos, sink);
      return true;
    }
    int wanted = Math.min(part - buffered, input.remaining());
    ByteBuffer target = room(buffered + wanted, part);
    if (target == null) {
      return false;
    }
    target.put(buffered, input, input.position(), wanted);
    target.position(buffered + wanted);
    input.position(input.position() + wanted);
    if (buffered + wanted < part) {
      missing -= wanted;
      return true;
    }
    missing += buffered;
    deliver(target.flip(), part, nowNanos, sink);
    releaseBuffer();
    return true;
  }

  private void deliver(ByteBuffer bytes, int part, long nowNanos, FrameSink sink) {
    missing -= part;
    progressNanos = nowNanos;
    boolean opening = first;
    first = false;
    sink.part(bytes, opening, missing == 0);
  }

  /** A buffer that holds {@code needed} bytes, grown by doubling up to {@code most}. */
  private @Nullable ByteBuffer room(int needed, int most) {
    ByteBuffer old = buffer;
    if (old != null && old.capacity() >= needed) {
      return old;
    }
    int size = Math.min(most, Math.max(SMALLEST_BUFFER, Integer.highestOneBit(needed) << 1));
    size = Math.max(size, needed);
    int held = old == null ? 0 : old.capacity();
    if (!budget.tryReserve((long) size - held)) {
      return null;
    }
    ByteBuffer grown = ByteBuffer.allocate(size);
    if (old != null) {
      grown.put(old.flip());
    }
    buffer = grown;
    return grown;
  }

  private void releaseBuffer() {
    if (buffer != null) {
      budget.release(buffer.capacity());
      buffer = null;
    }
  }
}
