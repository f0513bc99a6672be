package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.gate.receipt.LogObjects;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.RuleBook;
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
  private static final String REJECT = "Reject";
  private static final String REQUEST = "Request";

  private final AuditLog log;
  private final ClawWriter writer;
  private final Escalations escalations;
  private final RuleBook book;

  Publication(AuditLog log, ClawWriter writer, Escalations escalations, RuleBook book) {
    this.log = log;
    this.writer = writer;
    this.escalations = escalations;
    this.book = book;
  }

  /** Publishes what is in the outbox; returns the Claw without it. */
  Claw publish(Sight sight) {
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
    } else {
      recordRefusal(sight, draft, receipt);
    }
    return writer.store(withoutWhatIsAnswered(sight, draft), paid.done());
  }

  private void recordExecution(Sight sight, InFlight flight, String receipt) {
    Optional<Rule> rule = rule(flight.rule());
    if (rule.isEmpty() || flight.escalation() == null) {
      return;
    }
    ClawOpsEscalation escalation =
        escalations.open(namespace(sight), flight.escalation(), Incident.ofRule(sight, rule.get()));
    // Where the action could not be carried out in time, its end says so.
    if (Goal.isReached(flight, sight)) {
      escalations.executed(
          escalation, rule.get().id(), Course.what(flight), sight.now().toString(), receipt);
    }
  }

  private void recordEnding(Sight sight, InFlight flight, String receipt) {
    String result = Objects.requireNonNull(flight.result());
    String reason = Objects.requireNonNullElse(flight.reason(), result);
    Optional<Rule> rule = rule(flight.rule());
    if (rule.isPresent() && flight.escalation() != null) {
      ClawOpsEscalation escalation =
          escalations.open(
              namespace(sight), flight.escalation(), Incident.ofRule(sight, rule.get()));
      if (Escalations.wasExecuted(escalation)) {
        escalations.ended(escalation, result);
      } else {
        escalations.failed(escalation, rule.get().id(), reason, receipt);
      }
    }
    if (result.equals(Ending.UNDONE.id())) {
      String name = Incident.undoneName(sight.claw().getMetadata().getName(), flight.generation());
      escalations.failed(
          escalations.open(
              namespace(sight), name, Incident.ofUndo(sight, Course.what(flight), reason)),
          flight.rule(),
          reason,
          receipt);
    }
  }

  /** A refusal is an incident only where a rule asked: a person or an agent sees the Event. */
  private void recordRefusal(Sight sight, Draft draft, String receipt) {
    Optional<Rule> rule = rule(draft.rule().orElse(null));
    if (rule.isEmpty() || draft.generation().isEmpty() || !draft.decision().equals(REJECT)) {
      return;
    }
    String name =
        Incident.name(sight.claw().getMetadata().getName(), draft.generation().getAsLong());
    escalations.failed(
        escalations.open(namespace(sight), name, Incident.ofRule(sight, rule.get())),
        rule.get().id(),
        draft.reason(),
        receipt);
  }

  private Claw withoutWhatIsAnswered(Sight sight, Draft draft) {
    Claw claw = sight.claw();
    if (draft.decision().equals(REQUEST)) {
      return Requests.answered(sight, draft).map(key -> writer.answered(claw, key)).orElse(claw);
    }
    String intent = sight.annotation(Keys.INTENT);
    return intent != null && IntentParser.parse(intent).digest().hex().equals(draft.intentDigest())
        ? writer.clear(claw)
        : claw;
  }

  private Optional<Rule> rule(@Nullable String id) {
    return book.rules().stream().filter(rule -> rule.id().equals(id)).findFirst();
  }

  private static String namespace(Sight sight) {
    return sight.claw().getMetadata().getNamespace();
  }
}
