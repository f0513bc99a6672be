package ai.prismer.claw.operator.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a Claw is tried again: doubling from the first to the longest pause, with
 * up to a quarter of jitter, so that a thousand Claws that failed together do not come back
 * together.
 */
final class Backoff {

  private static final int MOST_DOUBLINGS = 16;
  private static final double JITTER = 0.25;

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /** The pause after one more attempt that did not succeed. */
  Duration next(String uid) {
    int attempt = attempts.merge(uid, 1, Integer::sum) - 1;
    Duration doubled = first.multipliedBy(1L << Math.min(attempt, MOST_DOUBLINGS));
    Duration pause = doubled.compareTo(longest) > 0 ? longest : doubled;
    return pause.plusMillis((long) (pause.toMillis() * JITTER * random.nextDouble()));
  }

  /** It succeeded, or is gone. */
  void reset(String uid) {
    attempts.remove(uid);
  }
}
