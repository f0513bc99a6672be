package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.text.ForeignText;
import ai.prismer.claw.operator.audit.AuditLog;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pays the receipt that the last decision owes: log, record of the incident, annotation, and last
 * the debt itself. Everything before the last step may be repeated without effect, so a crash in
 * between only means that it is.
 */
final class Publication {
  private static final int MAX_NAME = 256;
  private static final String HOLD = "Hold";
  private static final String WOULD_EXECUTE = "WouldExecute";
  private static final String REJECT = "Reject";
  private static final String REQUEST = "Request";

  private final AuditLog log;
  private final ClawWriter writer;
  private final Escalations escalations;

  Publication(AuditLog log, ClawWriter writer, Escalations escalations) {
    this.log = log;
    this.writer = writer;
    this.escalations = escalations;
  }

  /**
   * What publishing left behind.
   *
   * @param claw the Claw as the last write left it
   * @param paid its state without the debt, which is yet to be stored
   */
  record Published(Claw claw, OpsStatus paid) {}

  /** Publishes what is in the outbox. */
  Published publish(Sight sight) {
    OpsStatus ops = sight.ops();
    Outbox outbox = Objects.requireNonNull(ops.outbox());
    Draft draft = Draft.parse(outbox.record());
    long index = log.append(draft, outbox.index());
    String receipt = LogObjects.receiptName(index);
    OpsEdit paid = OpsEdit.of(ops).outbox(null);
    InFlight flight = ops.inFlight();
    if (flight != null && Stage.of(flight) == Stage.Closing) {
      recordEnding(sight, flight, receipt);
      paid.inFlight(null).lastResult(flight.result()).adjustments(Adjustments.settled(ops));
    } else if (flight != null && flight.receiptIndex() == null) {
      recordExecution(sight, flight, receipt);
      paid.inFlight(Stage.recorded(flight, index));
    } else if (draft.decision().equals(HOLD)) {
      recordHold(sight, receipt);
    } else if (draft.action().equals(Entry.Request.THAW.id())) {
      recordThaw(sight, receipt);
    } else {
      recordRefusal(sight, draft, receipt);
    }
    return new Published(withoutWhatIsAnswered(sight, draft), paid.done());
  }

  private void recordExecution(Sight sight, InFlight flight, String receipt) {
    ClawOpsEscalation escalation = recorded(sight, flight);
    if (escalation == null || !isApplied(sight, flight)) {
      return;
    }
    boolean answered = flight.authorClass().equals(AuthorClass.MANAGER.id());
    escalations.executed(
        escalation,
        flight.rule() == null ? EscalationPhase.Executed : EscalationPhase.AutoExecuted,
        flight.rule(),
        answered ? flight.author() : null,
        Course.what(flight),
        sight.now(),
        receipt);
  }

  /**
   * Whether the action was carried out; where it could not be in time, its end says so. A removed
   * pod may still be among those that were seen, so what counts is that the time was not up.
   */
  private static boolean isApplied(Sight sight, InFlight flight) {
    return Goal.isReached(flight, sight)
        || sight.now().isBefore(Verification.deadline(flight, sight));
  }

  /** The record of the incident that the action is for, if there is one. */
  private @Nullable ClawOpsEscalation recorded(Sight sight, InFlight flight) {
    if (flight.escalation() == null) {
      return null;
    }
    Optional<Rule> rule = sight.book().rule(flight.rule());
    return rule.isPresent()
        ? escalations.open(sight, flight.escalation(), Incident.ofRule(sight, rule.get()))
        : escalations.find(namespace(sight), flight.escalation()).orElse(null);
  }

  /** What waits for a person from now on is no intent any more; the escalation has it. */
  private void recordHold(Sight sight, String receipt) {
    Held held = sight.ops().held();
    if (held != null) {
      escalations.proposed(
          escalations.open(sight, held.escalation(), Incident.ofIntent(sight, held)),
          held,
          receipt);
    }
  }

  private void recordEnding(Sight sight, InFlight flight, String receipt) {
    String result = Objects.requireNonNull(flight.result());
    String reason = Objects.requireNonNullElse(flight.reason(), result);
    ClawOpsEscalation escalation = recorded(sight, flight);
    if (escalation != null && Escalations.wasExecuted(escalation)) {
      escalations.ended(escalation, result);
    } else if (escalation != null) {
      escalations.failed(escalation, flight.rule(), reason, sight.now(), receipt);
    }
    Breaker breaker = sight.ops().breaker();
    if (Restraint.isOpen(breaker)) {
      // Nothing begins while it is open, so it is this end that opened it.
      escalations.pending(
          escalations.open(
              sight,
              Incident.frozenName(sight.claw().getMetadata().getName(), flight.generation()),
              Incident.ofFreeze(sight, String.valueOf(breaker == null ? "" : breaker.reason()))));
    }
    if (result.equals(Ending.UNDONE.id())) {
      String name = Incident.undoneName(sight.claw().getMetadata().getName(), flight.generation());
      escalations.failed(
          escalations.open(sight, name, Incident.ofUndo(sight, Course.what(flight), reason)),
          flight.rule(),
          reason,
          sight.now(),
          receipt);
    }
  }

  /** Who let self-healing go on has answered the question that its stop had put. */
  private void recordThaw(Sight sight, String receipt) {
    Breaker breaker = sight.ops().breaker();
    String by = breaker == null || breaker.thawedBy() == null ? "somebody" : breaker.thawedBy();
    for (ClawOpsEscalation freeze : escalations.freezes(sight.claw())) {
      escalations.rejected(
          freeze,
          "answered by a thaw: " + ForeignText.line(by, MAX_NAME) + " let self-healing go on",
          sight.now(),
          receipt);
    }
  }

  /**
   * A refusal is an incident only where a rule asked, and the end of one where a person approved;
   * anybody else sees the Event.
   */
  private void recordRefusal(Sight sight, Draft draft, String receipt) {
    boolean approved =
        draft.authorClass().equals(AuthorClass.OPERATOR.id()) && draft.escalation().isPresent();
    if (approved) {
      String reason =
          draft.decision().equals(WOULD_EXECUTE)
              ? "spec.ops.mode is Observe: nothing was touched"
              : draft.reason();
      escalations
          .find(namespace(sight), draft.escalation().get())
          .ifPresent(
              escalation -> escalations.failed(escalation, null, reason, sight.now(), receipt));
      return;
    }
    if (draft.result().equals(Decision.Code.FROZEN.id())) {
      // Its freeze has put the question to a person; every cooldown would only put it again.
      return;
    }
    Optional<Rule> rule = sight.book().rule(draft.rule().orElse(null));
    if (rule.isEmpty() || draft.generation().isEmpty() || !draft.decision().equals(REJECT)) {
      return;
    }
    String name =
        Incident.name(sight.claw().getMetadata().getName(), draft.generation().getAsLong());
    escalations.failed(
        escalations.open(sight, name, Incident.ofRule(sight, rule.get())),
        rule.get().id(),
        draft.reason(),
        sight.now(),
        receipt);
  }

  private Claw withoutWhatIsAnswered(Sight sight, Draft draft) {
    Claw claw = sight.claw();
    if (draft.decision().equals(REQUEST)) {
      return Requests.answered(sight, draft).map(key -> writer.answered(claw, key)).orElse(claw);
    }
    if (draft.result().equals(Decision.Code.DISPLACED.id())) {
      // The rule's intent takes its place in one write: a slot that is free in between is filled by
      // whoever is quickest.
      return claw;
    }
    String intent = sight.annotation(Keys.INTENT);
    return intent != null && IntentParser.parse(intent).digest().hex().equals(draft.intentDigest())
        ? writer.clear(claw)
        : writer.mirrored(claw);
  }

  private static String namespace(Sight sight) {
    return sight.claw().getMetadata().getNamespace();
  }
}
