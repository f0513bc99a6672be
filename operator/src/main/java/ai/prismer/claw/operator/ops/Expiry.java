package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.OpsMode;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.receipt.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The end of adjustments whose time is up, {@code spec.ops.adjustmentTTL}. They go the way they go
 * when a person takes them away, with a receipt, and the workload follows the spec again. Pure.
 *
 * <p>It waits while an action is in flight, whose effect could not be judged otherwise; while
 * self-healing has stopped, for nothing would help an agent that then lacks what it was given; and
 * while a Claw is paused or only observed, because then nothing is touched.
 */
final class Expiry {
  private Expiry() {}

  /** When an adjustment that is made now ends; null for never. */
  static @Nullable String ofNew(Sight sight) {
    return Defaulting.adjustmentTtl(sight.claw().getSpec())
        .map(time -> sight.now().plus(time).toString())
        .orElse(null);
  }

  /** Whether the time of an adjustment is up and it may be taken away now. */
  static boolean isDue(Sight sight) {
    return !isHeldBack(sight) && !expired(sight).isEmpty();
  }

  /** The time that is given, or that of the next end if it is earlier. */
  static @Nullable Instant orEarlier(Sight sight, @Nullable Instant given) {
    if (isHeldBack(sight)) {
      return given;
    }
    return Stream.concat(Stream.ofNullable(given), ends(Adjustments.of(sight.ops())))
        .min(Instant::compareTo)
        .orElse(null);
  }

  /**
   * Takes away what has had its time.
   *
   * @param owed makes the debt of a receipt that says what the Claw is left with
   */
  static Step take(Sight sight, BiFunction<Entry, OpsEdit, Outbox> owed) {
    List<Adjustment> taken = expired(sight);
    String what = Adjustments.shown(taken);
    OpsEdit edit = Adjustments.takenAway(sight, taken);
    Entry entry = new Entry.Kept(Entry.Upkeep.EXPIRE, what, what + " is taken away");
    return new Step.Store(edit.outbox(owed.apply(entry, edit)).done(), new Notice.Expired(what));
  }

  static boolean isOver(Adjustment adjustment, Instant now) {
    return adjustment.expires() != null && !now.isBefore(Instant.parse(adjustment.expires()));
  }

  private static List<Adjustment> expired(Sight sight) {
    return Adjustments.of(sight.ops()).stream()
        .filter(adjustment -> isOver(adjustment, sight.now()))
        .toList();
  }

  private static Stream<Instant> ends(List<Adjustment> adjustments) {
    return adjustments.stream()
        .map(Adjustment::expires)
        .filter(Objects::nonNull)
        .map(Instant::parse);
  }

  private static boolean isHeldBack(Sight sight) {
    return sight.inFlight() != null
        || sight.paused()
        || Restraint.isOpen(sight.ops().breaker())
        || Defaulting.opsMode(sight.claw().getSpec()) == OpsMode.Observe;
  }
}
