package ai.prismer.claw.channel.vendor;

import ai.prismer.claw.channel.Message;
import ai.prismer.claw.channel.Receipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer on its way: first as far as it is made, in the end as a whole. What the bus says is
 * guarded by the desk; what the service was told is the desk's thread's alone.
 */
final class Draft {
  /** The complete answer, and how the bus is told of its end. */
  record Whole(Message message, Receipt receipt, long sinceNanos) {}

  final Destination to;
  final String key;

  /** Nothing of it was said before that. */
  final Instant since;

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

  /** Some of it may be there although this process knows nothing of it. */
  boolean mayBeThere;

  /** The service's ids of its messages, by part. */
  final List<String> messages = new ArrayList<>();

  /** What they say; empty where that is not known. */
  final List<String> texts = new ArrayList<>();

  Draft(Destination to, String key, Instant since, boolean mayBeThere, long nowNanos) {
    this.to = to;
    this.key = key;
    this.since = since;
    this.mayBeThere = mayBeThere;
    this.notBeforeNanos = nowNanos;
  }

  /** Whether there is something to tell the service, now or later. */
  boolean isOpen() {
    return whole != null || (changed && delivered == null);
  }
}
