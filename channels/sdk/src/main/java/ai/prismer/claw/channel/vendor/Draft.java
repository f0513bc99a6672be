package ai.prismer.claw.channel.vendor;

import ai.prismer.claw.channel.Message;
import ai.prismer.claw.channel.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * One answer on its way: first as far as it is made, in the end as a whole. What the bus says is
 * guarded by the desk; what was posted is the desk's thread's alone.
 */
final class Draft {
  /** The complete answer, and how the bus is told of its end. */
  record Whole(Message message, Receipt receipt, long sinceNanos) {}

  final String key;
  final PostedAnswer posted;

  /** As far as the answer is made. */
  final StringBuilder made = new StringBuilder();

  /** More was made than is shown. */
  boolean changed;

  /** Complete, and not delivered. */
  @Nullable Whole whole;

  /** Id of the complete message once it is delivered. */
  @Nullable String delivered;

  long notBeforeNanos;

  /** Attempts that failed since the last that did not. */
  int failures;

  Draft(String key, PostedAnswer posted, long nowNanos) {
    this.key = key;
    this.posted = posted;
    this.notBeforeNanos = nowNanos;
  }

  /** Whether there is something to tell the service, now or later. */
  boolean isOpen() {
    return whole != null || (changed && delivered == null);
  }
}
