package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How many segments the journal may have: has another one made in time, and says how full what it
 * may have is.
 *
 * <p>It counts in segments, because a segment is what can be freed, and one that is not free has to
 * be left for the head of the log; {@link OldestCopier} frees one that is held by little. The
 * budget is what the options allow, or what is there already while the file system gives no more;
 * it is asked again a second later.
 *
 * <p>Used by the writer thread; any thread may ask for the pressure.
 */
final class SegmentBudget {
  private static final Duration GROW_AGAIN = Duration.ofSeconds(1);

  private final SegmentedLog log;
  private final InstantSource clock;
  private final int limit;

  private boolean growBlocked;
  private long growAgain;
  private volatile DiskPressure pressure = DiskPressure.NORMAL;

  /**
   * @param limit segments that there may be, used and free
   */
  SegmentBudget(SegmentedLog log, InstantSource clock, int limit) {
    this.log = log;
    this.clock = clock;
    this.limit = limit;
  }

  /** Whether there is a free file, after an attempt to have one. */
  boolean hasFree() {
    if (log.freeCount() > 0) {
      return true;
    }
    if (asksLater()) {
      return false;
    }
    try {
      while (!log.grow()) {
        // Slice by slice; nothing else can be done before.
      }
      growBlocked = false;
    } catch (IOException full) {
      blockGrowth();
    }
    return !growBlocked;
  }

  /**
   * Has the next file ready before this one is full, slice by slice.
   *
   * @return whether there is more of it to be made
   */
  boolean grow() {
    boolean wanted =
        log.growing()
            || (log.writable()
                && log.freeCount() == 0
                && log.segmentCount() < limit
                && log.end() > log.head().capacity / 2);
    if (!wanted || asksLater()) {
      return false;
    }
    try {
      boolean done = log.grow();
      growBlocked = false;
      return !done;
    } catch (IOException full) {
      blockGrowth();
      measure();
      return false;
    }
  }

  private boolean asksLater() {
    return growBlocked && clock.millis() < growAgain;
  }

  private void blockGrowth() {
    growBlocked = true;
    growAgain = clock.millis() + GROW_AGAIN.toMillis();
  }

  /** Looks how full it is now; for after every change of the log. */
  void measure() {
    if (!log.writable()) {
      pressure = DiskPressure.FULL;
      return;
    }
    double most = growBlocked ? log.segmentCount() : limit;
    double used = log.used().size() - 1 + (double) log.end() / log.head().capacity;
    if (used >= Math.min(0.95 * most, most - 1)) {
      pressure = DiskPressure.FULL;
    } else if (used >= Math.min(0.85 * most, most - 1.5)) {
      pressure = DiskPressure.COPYING;
    } else {
      pressure = used >= 0.7 * most ? DiskPressure.HIGH : DiskPressure.NORMAL;
    }
  }

  /** As it was when last measured. */
  DiskPressure pressure() {
    return pressure;
  }
}
