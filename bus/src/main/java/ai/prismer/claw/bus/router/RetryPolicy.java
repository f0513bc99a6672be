package ai.prismer.claw.bus.router;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often delivery is tried, and how long to wait in between: doubling, with jitter, so that the
 * messages of a channel that was away do not all come back at the same moment.
 *
 * @param attempts attempts before a message becomes a dead letter
 * @param first wait after the first attempt
 * @param longest wait that is never exceeded
 * @param jitter part of the wait, 0 to 1, by which it is shortened at random
 */
public record RetryPolicy(int attempts, Duration first, Duration longest, double jitter) {
  /** Five attempts, one second to five minutes, a fifth of jitter. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofMinutes(5), 0.2);

  /** Refuses what would never deliver or never wait. */
  public RetryPolicy {
    if (attempts < 1 || first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(attempts + " attempts, " + first + " to " + longest);
    }
    if (jitter < 0 || jitter > 1) {
      throw new IllegalArgumentException("jitter " + jitter + " is not in 0..1");
    }
  }

  /** Nanoseconds to wait after the attempt with this number, counted from 1. */
  long delayNanos(int attempt, RandomGenerator random) {
    int doublings = Math.min(attempt - 1, 62);
    double doubled = (double) first.toNanos() * Math.pow(2, doublings);
    double wait = Math.min(doubled, (double) longest.toNanos());
    return (long) (wait * (1 - jitter * random.nextDouble()));
  }
}
