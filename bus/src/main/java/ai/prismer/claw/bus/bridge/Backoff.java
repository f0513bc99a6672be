package ai.prismer.claw.bus.bridge;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt to connect: doubling, with jitter, without an end. */
final class Backoff {
  private static final long FIRST_MILLIS = 100;

  private final long longestMillis;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration longest, RandomGenerator random) {
    this.longestMillis = longest.toMillis();
    this.random = random;
  }

  /** The wait after one more failure. */
  long nextMillis() {
    long doubled = FIRST_MILLIS << Math.min(failures++, 20);
    long wait = Math.min(doubled, longestMillis);
    return wait / 2 + random.nextLong(wait / 2 + 1);
  }

  /** It worked. */
  void reset() {
    failures = 0;
  }
}
