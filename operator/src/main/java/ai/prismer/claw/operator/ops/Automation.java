package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.rule.Evaluation;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.Rules;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the rules ask for, on what is really there. Pure. */
final class Automation {
  private final String operator;

  /**
   * The rules of one operator.
   *
   * @param operator user name of the operator, the author of what rules ask for
   */
  Automation(String operator) {
    this.operator = operator;
  }

  /** The step where nothing stands in the slot. */
  Step next(Evidence evidence) {
    return switch (evaluate(evidence)) {
      case Evaluation.Quiet ignored -> new Step.Rest(evidence.sight().outlook().due());
      case Evaluation.CoolingDown(Rule ignored, Instant until) -> new Step.Rest(until);
      case Evaluation.Emit asked -> ask(asked);
      case Evaluation.Blocked(Rule rule, Intent intent, Decision.Reject reject) ->
          reject.code() == Decision.Code.OUTBREAK
              ? new Step.Rest(evidence.now().plus(Course.OUTBREAK))
              : blocked(evidence, rule, intent, reject);
    };
  }

  /** Writes what a rule asks for, in whatever place it finds free or may take. */
  static Step ask(Evaluation.Emit asked) {
    return new Step.Ask(
        asked.intent(),
        new Notice.Asked(
            asked.rule().id(), Objects.requireNonNullElse(asked.intent().reason(), "")));
  }

  /** What a rule asks for at this moment, if one does. */
  Optional<Evaluation.Emit> asking(Evidence evidence) {
    return evidence.sight().inFlight() == null
            && evaluate(evidence) instanceof Evaluation.Emit asked
        ? Optional.of(asked)
        : Optional.empty();
  }

  /**
   * Who asks. What the rules ask at this moment needs nobody's word for it, so healing goes on
   * while confinement is not proven, and does not wait for the proof.
   */
  Author author(Evidence evidence, Parsed parsed) {
    Author own = new Author(AuthorClass.OPERATOR, operator);
    boolean derived = asking(evidence, parsed) != null;
    if (derived && own.equals(Observation.claimed(evidence.sight()))) {
      return own;
    }
    Author believed = Observation.author(evidence.sight(), operator);
    return derived && believed.authorClass() == AuthorClass.NONE ? own : believed;
  }

  /**
   * The rule behind an intent of the operator. Where none asks for it any more: of those that ask
   * for such a thing, one whose signals are there.
   */
  @Nullable Rule behind(Evidence evidence, Parsed parsed, Author author) {
    if (author.authorClass() != AuthorClass.OPERATOR
        || !(parsed instanceof Parsed.Valid(Intent intent))
        || intent.escalationRef() != null) {
      return null;
    }
    Rule asking = asking(evidence, parsed);
    if (asking != null) {
      return asking;
    }
    List<Rule> possible =
        evidence.sight().book().rules().stream()
            .filter(rule -> rule.action() == intent.action())
            .toList();
    return possible.stream()
        .filter(rule ->
            evidence.sight().signals().stream()
                .anyMatch(signal -> signal.type().equals(rule.signal().id())))
        .findFirst()
        .orElse(possible.isEmpty() ? null : possible.getFirst());
  }

  /** The rule that asks for exactly this at this moment. */
  private @Nullable Rule asking(Evidence evidence, Parsed parsed) {
    return parsed instanceof Parsed.Valid(Intent intent) && intent.escalationRef() == null
        ? asking(evidence)
            .filter(asked -> asked.intent().action() == intent.action())
            .filter(asked -> asked.intent().params().equals(intent.params()))
            .map(Evaluation.Emit::rule)
            .orElse(null)
        : null;
  }

  /**
   * The rule has seen enough and cannot act: recorded once, then it cools down like one that did.
   */
  private Step blocked(Evidence evidence, Rule rule, Intent intent, Decision.Reject reject) {
    Author author = new Author(AuthorClass.OPERATOR, operator);
    Entry entry =
        new Entry.Decided(
            new Parsed.Valid(intent),
            author,
            rule.id(),
            evidence.policy(),
            evidence.observed(),
            reject);
    return new Step.Store(
        OpsEdit.of(evidence.ops())
            .rules(Memory.acted(evidence.ops(), rule, evidence.now()))
            .outbox(evidence.owed(entry))
            .done(),
        new Notice.Refused(reject.code(), reject.reason(), operator, true));
  }

  private Evaluation evaluate(Evidence evidence) {
    return Rules.evaluate(
        evidence.sight().book(),
        evidence.sight().ledger().counted(),
        Memory.past(evidence.ops()),
        evidence.observed(),
        evidence.policy(),
        operator);
  }
}
