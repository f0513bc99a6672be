package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Entry.Request;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What people ask for besides the five actions: that self-healing goes on, and that an adjustment
 * is taken away. Who asks is the annotation's value, which the admission policy {@code
 * k8s4claw-requests} holds against the authenticated user; so nothing is believed while that policy
 * is not proven to be in force. Pure.
 */
final class Requests {
  private Requests() {}

  /** A request that stands in its annotation. */
  record Pending(Request request, String text) {
    /** The user name that the value names. */
    Author author() {
      int hash = text.lastIndexOf('#');
      boolean withField = request == Request.UNDO && hash >= 0;
      return new Author(AuthorClass.MANAGER, withField ? text.substring(0, hash) : text);
    }

    /** The adjusted field that the value names; empty where it names none. */
    String field() {
      int hash = text.lastIndexOf('#');
      return hash < 0 ? "" : text.substring(hash + 1);
    }
  }

  /** The first request that may be answered now; an action in flight is ended before an undo. */
  static Optional<Pending> pending(Sight sight) {
    return Arrays.stream(Request.values())
        .filter(request -> request == Request.THAW || sight.inFlight() == null)
        .flatMap(request ->
            Optional.ofNullable(sight.annotation(annotation(request)))
                .map(text -> new Pending(request, text))
                .stream())
        .findFirst()
        .filter(any -> sight.confined());
  }

  /**
   * The step that answers a request, with the receipt it owes.
   *
   * @param owed makes the debt of a receipt that says what the Claw is left with
   */
  static Step answer(Pending pending, Sight sight, BiFunction<Entry, OpsEdit, Outbox> owed) {
    return switch (pending.request()) {
      case THAW -> thaw(pending, sight, owed);
      case UNDO -> undo(pending, sight, owed);
    };
  }

  /**
   * The annotation that a receipt has answered, if it still holds what the receipt is about: it may
   * hold another request by now.
   */
  static Optional<String> answered(Sight sight, Draft draft) {
    return Arrays.stream(Request.values())
        .filter(request -> request.id().equals(draft.action()))
        .map(Requests::annotation)
        .filter(key -> {
          String text = sight.annotation(key);
          return text != null
              && Digest.of(text.getBytes(StandardCharsets.UTF_8))
                  .hex()
                  .equals(draft.intentDigest());
        })
        .findFirst();
  }

  private static String annotation(Request request) {
    return switch (request) {
      case THAW -> Keys.THAW;
      case UNDO -> Keys.UNDO;
    };
  }

  private static Step thaw(Pending pending, Sight sight, BiFunction<Entry, OpsEdit, Outbox> owed) {
    Author author = pending.author();
    String detail =
        Restraint.isOpen(sight.ops().breaker())
            ? "self-healing goes on"
            : "self-healing had not stopped";
    Entry entry = new Entry.Requested(Request.THAW, author, pending.text(), detail);
    OpsEdit edit =
        OpsEdit.of(sight.ops())
            .breaker(Restraint.thawed(author.name(), sight.now()))
            .rules(Memory.rested(sight.ops()));
    return new Step.Store(
        edit.outbox(owed.apply(entry, edit)).done(), new Notice.Thawed(author.name()));
  }

  private static Step undo(Pending pending, Sight sight, BiFunction<Entry, OpsEdit, Outbox> owed) {
    List<Adjustment> taken =
        Adjustments.of(sight.ops()).stream()
            .filter(adjustment -> adjustment.field().equals(pending.field()))
            .toList();
    String what =
        taken.isEmpty()
            ? "nothing (no adjustment of \"" + pending.field() + "\")"
            : Adjustments.shown(taken);
    Author author = pending.author();
    Entry entry =
        new Entry.Requested(Request.UNDO, author, pending.text(), what + " is taken away");
    OpsEdit edit = taken.isEmpty() ? OpsEdit.of(sight.ops()) : Adjustments.takenAway(sight, taken);
    return new Step.Store(
        edit.outbox(owed.apply(entry, edit)).done(), new Notice.TakenBack(what, author.name()));
  }
}
