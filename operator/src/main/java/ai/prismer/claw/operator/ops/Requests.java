package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Entry.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What people ask for besides the five actions: that self-healing goes on, and that an adjustment
 * is taken away. Who asks is the annotation's value, which the admission policy {@code
 * k8s4claw-requests} holds against the authenticated user. Pure.
 */
final class Requests {
  private Requests() {}

  /**
   * The step that answers the first request, with the receipt it owes; empty where there is none.
   *
   * @param owed makes the debt of a receipt
   */
  static Optional<Step> next(Sight sight, Function<Entry, Outbox> owed) {
    String thaw = sight.annotation(Keys.THAW);
    if (thaw != null) {
      return Optional.of(thaw(sight, thaw, owed));
    }
    String undo = sight.annotation(Keys.UNDO);
    return undo == null || sight.inFlight() != null
        ? Optional.empty()
        : Optional.of(undo(sight, undo, owed));
  }

  private static Step thaw(Sight sight, String by, Function<Entry, Outbox> owed) {
    boolean frozen = Restraint.isOpen(sight.ops().breaker());
    Entry entry =
        new Entry.Requested(
            Request.THAW,
            new Author(AuthorClass.MANAGER, by),
            frozen ? "self-healing goes on" : "self-healing had not stopped");
    return new Step.Store(
        OpsEdit.of(sight.ops())
            .breaker(Restraint.thawed(by, sight.now()))
            .outbox(owed.apply(entry))
            .done(),
        new Notice.Thawed(by));
  }

  private static Step undo(Sight sight, String value, Function<Entry, Outbox> owed) {
    int hash = value.lastIndexOf('#');
    String by = hash < 0 ? value : value.substring(0, hash);
    String field = hash < 0 ? "" : value.substring(hash + 1);
    List<Adjustment> taken =
        Adjustments.of(sight.ops()).stream()
            .filter(adjustment -> adjustment.field().equals(field))
            .toList();
    String what = taken.isEmpty() ? "nothing (no adjustment of \"" + field + "\")" : shown(taken);
    Entry entry =
        new Entry.Requested(
            Request.UNDO, new Author(AuthorClass.MANAGER, by), what + " is taken away");
    OpsEdit edit = OpsEdit.of(sight.ops()).outbox(owed.apply(entry));
    if (!taken.isEmpty()) {
      // The mark rises, as with every change of what is wanted: children of before must yield, and
      // an operator that has not seen this must not apply the adjustment again.
      String digest = sight.ops().lastIntentDigest();
      edit.adjustments(
              Adjustments.of(sight.ops()).stream()
                  .filter(adjustment -> !taken.contains(adjustment))
                  .toList())
          .mark(sight.mark() + 1, digest == null ? "" : digest);
    }
    return new Step.Store(edit.done(), new Notice.TakenBack(what, by));
  }

  private static String shown(List<Adjustment> taken) {
    return String.join(
        ", ", taken.stream().map(each -> each.field() + "=" + each.value()).toList());
  }
}
