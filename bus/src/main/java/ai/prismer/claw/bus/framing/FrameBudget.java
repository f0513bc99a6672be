package ai.prismer.claw.bus.framing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all half-received frames of one bus may hold together.
 *
 * <p>Without it a handful of clients, each announcing a large frame and then falling silent, would
 * own the heap. Thread-safe.
 */
public final class FrameBudget {
  private final long limit;
  private final AtomicLong reserved = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();

  /**
   * @param limit bytes; must be at least one part for every connection that is admitted, or
   *     connections could wait for each other until their deadline
   */
  public FrameBudget(long limit) {
    if (limit <= 0) {
      throw new IllegalArgumentException("a frame budget of " + limit + " bytes holds no frame");
    }
    this.limit = limit;
  }

  /** Takes {@code bytes} if they are left, and says whether it did. */
  public boolean tryReserve(long bytes) {
    long before;
    do {
      before = reserved.get();
      if (bytes > limit - before) {
        refusals.incrementAndGet();
        return false;
      }
    } while (!reserved.compareAndSet(before, before + bytes));
    return true;
  }

  /** Gives back what {@link #tryReserve} took. */
  public void release(long bytes) {
    long left = reserved.addAndGet(-bytes);
    if (left < 0) {
      throw new IllegalStateException("released " + -left + " bytes more than were reserved");
    }
  }

  /** Bytes held now. */
  public long reserved() {
    return reserved.get();
  }

  /** How often somebody had to wait. */
  public long refusals() {
    return refusals.get();
  }
}
