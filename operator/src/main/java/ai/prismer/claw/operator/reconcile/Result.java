package ai.prismer.claw.operator.reconcile;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a reconciliation ended.
 *
 * @param kind what to do next
 * @param lookAgainAfter when to look again although nothing changes; null when no time matters
 */
public record Result(Kind kind, @Nullable Duration lookAgainAfter) {

  /** What to do next. */
  public enum Kind {
    /** Nothing, until something changes or the time comes. */
    DONE,
    /** Observe again at once: the cluster moved on while this was decided. */
    AGAIN,
    /** Try again later, and later each time: something failed that may heal by itself. */
    RETRY
  }

  static final Result NOTHING_TO_DO = new Result(Kind.DONE, null);

  static final Result OBSERVE_AGAIN = new Result(Kind.AGAIN, null);
}
