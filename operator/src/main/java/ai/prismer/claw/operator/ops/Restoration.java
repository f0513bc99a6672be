package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.LastKnown;
import ai.prismer.claw.gate.text.ForeignText;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A Claw that was made again from a backup, or that the Go original left behind: a backup keeps
 * annotations and loses the status, which holds the generation mark and the adjustments. Pure.
 *
 * <p>Without the mark an intent that was carried out a year ago would be carried out again, and
 * without the adjustments the agent would be killed until it is healed again. So both come back
 * from the receipts of its namespace and name, before anything is read or stored. The annotation
 * {@code ops-intent-gen} says that there was a life before; as a mark it counts where the receipts
 * know of none, unless it lies in the future, where it would lock everybody out.
 */
final class Restoration {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

  private Restoration() {}

  /** Whether the Claw has had a life before this one and knows nothing of it. */
  static boolean isDue(Sight sight) {
    var status = sight.claw().getStatus();
    return (status == null || status.ops() == null)
        && sight.annotation(Keys.INTENT_GENERATION) != null;
  }

  /** No mark that is later is believed; an intent may lead the clock by no more. */
  static Instant latestMark(Instant now) {
    return now.plus(Policy.LEAD);
  }

  /**
   * The state that it begins with.
   *
   * @param known what the receipts of its namespace and name say
   * @param nextReceipt where the log ends now
   */
  static Step.Store of(Sight sight, LastKnown known, long nextReceipt) {
    String annotation = Objects.requireNonNull(sight.annotation(Keys.INTENT_GENERATION));
    OptionalLong written = written(annotation, latestMark(sight.now()));
    long mark = Math.max(known.mark(), written.orElse(0));
    List<Adjustment> adjustments =
        known.standing() == null
            ? List.of()
            : known.standing().adjustments().stream()
                .filter(adjustment -> !Expiry.isOver(adjustment, sight.now()))
                .toList();
    OpsEdit edit = OpsEdit.of(OpsStatus.EMPTY).adjustments(adjustments);
    if (mark > 0) {
      edit.mark(mark, mark == known.mark() ? known.digest() : "");
    }
    String what =
        "made again: "
            + (adjustments.isEmpty() ? "no adjustment" : Adjustments.shown(adjustments))
            + " comes back, intents must exceed generation "
            + mark
            + (written.isEmpty()
                ? "; " + ForeignText.quoted(annotation) + " was not believed as a mark"
                : "");
    Entry entry = new Entry.Kept(Entry.Upkeep.RESTORE, annotation, what);
    Draft draft =
        Draft.of(Observation.identity(sight), entry, sight.now()).leaving(edit.standing());
    return new Step.Store(
        edit.outbox(new Outbox(nextReceipt, draft.json())).done(), new Notice.Restored(what));
  }

  private static OptionalLong written(String annotation, Instant latest) {
    if (!NUMBER.matcher(annotation).matches()) {
      return OptionalLong.empty();
    }
    long mark = Long.parseLong(annotation);
    return mark <= latest.toEpochMilli() ? OptionalLong.of(mark) : OptionalLong.empty();
  }
}
