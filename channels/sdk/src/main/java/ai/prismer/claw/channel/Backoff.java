package ai.prismer.claw.channel;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt to connect: 100 ms, doubling to 30 s, with jitter. */
public final class Backoff {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 30_000;
  private static final int MOST_DOUBLINGS = 16;

  private final RandomGenerator random;
  private int failures;

  /** Begins with the shortest wait. */
  public Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The wait after one more failure: between half of it and all, so that not all come at once. */
  public Duration next() {
    long doubled = FIRST_MILLIS << Math.min(failures++, MOST_DOUBLINGS);
    long wait = Math.min(doubled, LONGEST_MILLIS);
    return Duration.ofMillis(wait / 2 + random.nextLong(wait / 2 + 1));
  }

  /** It worked. */
  public void reset() {
    failures = 0;
  }
}
