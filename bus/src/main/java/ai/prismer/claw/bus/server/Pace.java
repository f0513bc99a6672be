package ai.prismer.claw.bus.server;

import java.time.Duration;

/**
 * How fast a client of the original is written to: it holds 64 messages that its program has not
 * taken yet and drops what overflows, and nothing tells how many it holds.
 */
final class Pace {
  private static final int BURST = 64;
  private static final long INTERVAL_NANOS = Duration.ofMillis(50).toNanos();

  private int tokens = BURST;
  private long since;

  Pace(long nowNanos) {
    since = nowNanos;
  }

  /** Nanoseconds to wait before the next message; 0 if it may go now, and then it counts. */
  long take(long nowNanos) {
    long earned = (nowNanos - since) / INTERVAL_NANOS;
    if (earned > 0) {
      tokens = (int) Math.min(BURST, tokens + earned);
      since += earned * INTERVAL_NANOS;
    }
    if (tokens > 0) {
      tokens--;
      return 0;
    }
    return since + INTERVAL_NANOS - nowNanos;
  }
}
