package ai.prismer.claw.bus.loop;

import java.util.concurrent.TimeUnit;

/**
 * How often the loop looks for work. What comes between two rounds is handled together: one wake,
 * one read, one commit, where each of them would have been several. A message may wait for some
 * milliseconds more. Under a CPU limit that is the lesser evil: a process that uses it up is
 * stopped by the kernel for the rest of every period.
 *
 * <p>A bucket of rounds (the generic cell rate algorithm, ITU-T I.371): who comes alone finds it
 * full and waits for nothing.
 */
final class RoundPace {
  /** Rounds at once: some questions and their answers. */
  private static final int BURST = 32;

  private final long intervalNanos;

  /** When the bucket would be full again. */
  private long fullAt;

  /**
   * @param perSecond rounds in the long run; 0 for any number
   */
  RoundPace(int perSecond) {
    intervalNanos = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
    fullAt = System.nanoTime();
  }

  /**
   * Takes a round; returns for how many nanoseconds to wait before it begins, 0 or less for none.
   */
  long take(long nowNanos) {
    if (intervalNanos == 0) {
      return 0;
    }
    if (fullAt - nowNanos < 0) {
      fullAt = nowNanos;
    }
    fullAt += intervalNanos;
    return fullAt - nowNanos - BURST * intervalNanos;
  }
}
