package ai.prismer.claw.bus.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is to be written to one client, in order. While a long frame is being written, part by part
 * as they come from the disk, everything else waits behind it. Loop's thread.
 */
final class SendQueue {
  private static final int GATHER = 64;

  private final Deque<ByteBuffer> ready = new ArrayDeque<>();
  private final Deque<ByteBuffer> held = new ArrayDeque<>();
  private boolean inLongFrame;
  private long bytes;

  /** Adds one whole frame, length included. */
  void add(ByteBuffer frame) {
    (inLongFrame ? held : ready).add(frame);
    bytes += frame.remaining();
  }

  /** Begins a frame of which only this is known yet. */
  void beginLong(ByteBuffer beginning) {
    inLongFrame = true;
    addLong(beginning);
  }

  /** The next bytes of the long frame. */
  void addLong(ByteBuffer part) {
    ready.add(part);
    bytes += part.remaining();
  }

  /** All of the long frame was added. */
  void endLong() {
    inLongFrame = false;
    ready.addAll(held);
    held.clear();
  }

  boolean inLongFrame() {
    return inLongFrame;
  }

  /** Bytes that wait. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return ready.isEmpty();
  }

  /**
   * Writes as much as the socket takes.
   *
   * @return bytes written
   */
  long writeTo(GatheringByteChannel socket) throws IOException {
    long total = 0;
    while (!ready.isEmpty()) {
      ByteBuffer[] some = ready.stream().limit(GATHER).toArray(ByteBuffer[]::new);
      long wanted = 0;
      for (ByteBuffer buffer : some) {
        wanted += buffer.remaining();
      }
      long written = socket.write(some);
      total += written;
      bytes -= written;
      while (!ready.isEmpty() && !ready.peek().hasRemaining()) {
        ready.poll();
      }
      if (written < wanted) {
        return total;
      }
    }
    return total;
  }
}
