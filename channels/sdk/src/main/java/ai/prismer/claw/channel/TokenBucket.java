package ai.prismer.claw.channel;

import java.time.Duration;

/** So many at once, so many a second on average. Thread-safe. */
final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final int burst;
  private double tokens;
  private long sinceNanos;

  TokenBucket(double perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.sinceNanos = nowNanos;
  }

  /** Takes one, or says how long it takes until there is one; zero if one was taken. */
  synchronized Duration take(long nowNanos) {
    tokens = Math.min(burst, tokens + (nowNanos - sinceNanos) / NANOS * perSecond);
    sinceNanos = nowNanos;
    if (tokens >= 1) {
      tokens--;
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) ((1 - tokens) / perSecond * NANOS) + 1);
  }

  /** Gives back one that was not used after all. */
  synchronized void giveBack() {
    tokens = Math.min(burst, tokens + 1);
  }
}
