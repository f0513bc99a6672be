package ai.prismer.claw.operator.reconcile;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a status settle. While a pod is replaced, the reason why a Claw is not ready changes several
 * times within a second, and nobody can read that fast: such news waits for a moment, and what has
 * passed by then is never written. Thread-safe.
 */
final class Settling {
  /** How long at most. */
  static final Duration MOMENT = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private final Map<String, Long> since = new ConcurrentHashMap<>();

  /** Measures with a monotonic clock, in nanoseconds. */
  Settling(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How long news of this Claw has to wait from now on; null when it has waited long enough. */
  @Nullable Duration wait(String uid) {
    long now = nanoTime.getAsLong();
    Duration left = MOMENT.minusNanos(now - since.computeIfAbsent(uid, ignored -> now));
    return left.isPositive() ? left : null;
  }

  /** Nothing waits: it was written, it has passed, or the Claw is gone. */
  void over(String uid) {
    since.remove(uid);
  }
}
