package ai.prismer.claw.openclaw.websocket;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames that wait for a peer to take them. Senders never block: a peer that does not read fills
 * its own queue and nobody else's, and is dropped when the queue is full.
 */
final class SendQueue {
  private final int limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> frames = new ArrayDeque<>();
  private int bytes;
  private boolean ended;

  /**
   * An empty queue.
   *
   * @param limit bytes that may wait; one frame alone may be longer
   */
  SendQueue(int limit) {
    this.limit = limit;
  }

  /** What became of a frame. */
  enum Offer {
    QUEUED,
    FULL,
    ENDED
  }

  Offer offer(byte[] frame) {
    lock.lock();
    try {
      if (ended) {
        return Offer.ENDED;
      }
      if (bytes > 0 && frame.length > limit - bytes) {
        return Offer.FULL;
      }
      frames.addLast(frame);
      bytes += frame.length;
      changed.signal();
      return Offer.QUEUED;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a last frame, whether there is room or not; false when the queue has ended before. */
  boolean end(byte[] lastFrame) {
    lock.lock();
    try {
      if (ended) {
        return false;
      }
      frames.addLast(lastFrame);
      ended = true;
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets everything go that is still waiting. */
  void clear() {
    lock.lock();
    try {
      frames.clear();
      bytes = 0;
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Writes frames as they come, until the queue has ended and is empty. */
  void drainTo(OutputStream out) throws IOException, InterruptedException {
    while (true) {
      byte[] frame;
      lock.lock();
      try {
        while (frames.isEmpty() && !ended) {
          changed.await();
        }
        if (frames.isEmpty()) {
          return;
        }
        frame = frames.removeFirst();
      } finally {
        lock.unlock();
      }
      out.write(frame);
      lock.lock();
      try {
        // Counted until it is written: what the peer has not taken is still held here.
        bytes = Math.max(0, bytes - frame.length);
      } finally {
        lock.unlock();
      }
    }
  }
}
