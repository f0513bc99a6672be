package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Docket;
import ai.prismer.claw.gate.decision.Effect;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.gate.rule.Evaluation;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides on what is really there: on an intent, on the rules, and on how an action ended. Each
 * decision comes out as one update of the status that holds its receipt, so that neither is ever
 * without the other. Pure, like {@link Course}.
 */
final class Ruling {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final String operator;

  /**
   * A ruling.
   *
   * @param operator user name of the operator, the author of what rules ask for
   */
  Ruling(String operator) {
    this.operator = operator;
  }

  /**
   * Decides.
   *
   * @param sight what is seen, read from the cluster after {@link Step.Decide} was named
   * @param largestNode allocatable resources of the largest schedulable node; none if not known
   * @param nextReceipt where the log ends now
   * @param named the escalation that the intent names, as the API server has it now
   */
  Step decide(
      Sight sight, Limits largestNode, long nextReceipt, @Nullable ClawOpsEscalation named) {
    Observed observed = Observation.observed(sight, largestNode, named);
    Policy policy = Observation.policy(sight);
    Bench bench = new Bench(sight, observed, policy, nextReceipt);
    String intent = sight.annotation(Keys.INTENT);
    if (intent != null) {
      return onIntent(bench, IntentParser.parse(intent));
    }
    Optional<Requests.Pending> request = Requests.pending(sight);
    if (request.isPresent()) {
      return Requests.answer(request.get(), sight, bench::owed);
    }
    if (Expiry.isDue(sight)) {
      return Expiry.take(sight, bench::owed);
    }
    InFlight flight = sight.inFlight();
    return flight == null ? onRules(bench) : onEnding(bench, flight);
  }

  /** All that a decision rests on. */
  private record Bench(Sight sight, Observed observed, Policy policy, long nextReceipt) {

    Outbox owed(Entry entry) {
      Draft draft = Draft.of(observed.claw(), entry, observed.now());
      return new Outbox(nextReceipt, draft.json());
    }

    /** The receipt of something that ends: with what the Claw is left with. */
    Outbox owed(Entry entry, OpsEdit left) {
      Draft draft = Draft.of(observed.claw(), entry, observed.now()).leaving(left.standing());
      return new Outbox(nextReceipt, draft.json());
    }

    /** The open escalation of this Claw that the intent answers, if it names one. */
    @Nullable String answered() {
      Docket.Case named = observed.docket().named();
      return named == null
              || !named.clawUid().equals(observed.claw().uid())
              || EscalationPhase.valueOf(named.phase()).isTerminal()
          ? null
          : named.name();
    }

    Instant now() {
      return observed.now();
    }

    OpsStatus ops() {
      return sight.ops();
    }
  }

  private Step onIntent(Bench bench, Parsed parsed) {
    Author author = author(bench, parsed);
    Rule rule = ruleBehind(bench, parsed, author);
    Decision decision = Gate.decide(parsed, author, bench.observed(), bench.policy());
    Entry entry =
        new Entry.Decided(
            parsed,
            author,
            rule == null ? null : rule.id(),
            bench.policy(),
            bench.observed(),
            decision);
    return switch (decision) {
      case Decision.Execute(Effect effect) -> begin(bench, parsed, author, rule, effect, entry);
      case Decision.Hold(Effect effect) -> hold(bench, parsed, author, effect, entry);
      case Decision.WouldExecute(Effect ignored) -> observe(bench, parsed, author, rule, entry);
      case Decision.Reject reject -> refuse(bench, parsed, author, rule, reject, entry);
    };
  }

  /** The intent moves into an escalation, and the slot is free again. */
  private static Step hold(Bench bench, Parsed parsed, Author author, Effect effect, Entry entry) {
    if (!(parsed instanceof Parsed.Valid(Intent intent))) {
      throw new IllegalStateException("the gate accepted what is no intent");
    }
    Held held = Holds.of(bench.sight(), intent, author, effect);
    return new Step.Store(
        OpsEdit.of(bench.ops())
            .mark(intent.generation(), parsed.digest().hex())
            .held(held)
            .outbox(bench.owed(entry))
            .done(),
        new Notice.Held(Holds.what(held), author.name(), held.escalation()));
  }

  private static String what(Intent intent) {
    return intent.action() + " " + String.join(" ", intent.params().values());
  }

  private Step onRules(Bench bench) {
    return switch (evaluate(bench)) {
      case Evaluation.Quiet ignored -> new Step.Rest(bench.sight().outlook().due());
      case Evaluation.CoolingDown(Rule ignored, Instant until) -> new Step.Rest(until);
      case Evaluation.Emit(Rule rule, Intent intent) ->
          new Step.Ask(
              intent, new Notice.Asked(rule.id(), Objects.requireNonNullElse(intent.reason(), "")));
      case Evaluation.Blocked(Rule rule, Intent intent, Decision.Reject reject) ->
          blocked(bench, rule, intent, reject);
    };
  }

  private Step onEnding(Bench bench, InFlight flight) {
    return switch (Verification.judge(flight, bench.sight())) {
      case Verification.Final(Ending ending, String reason) -> close(bench, flight, ending, reason);
      // A fresh look shows something else: the next step is named anew from it.
      case Verification.Waiting(Instant until) -> new Step.Rest(until);
      case Verification.ReadinessChanged ignored -> new Step.Rest(bench.now().plus(SOON));
    };
  }

  private Step begin(
      Bench bench, Parsed parsed, Author author, @Nullable Rule rule, Effect effect, Entry entry) {
    if (!(parsed instanceof Parsed.Valid(Intent intent))) {
      throw new IllegalStateException("the gate accepted what is no intent");
    }
    Beginning beginning =
        new Beginning(bench.sight(), intent, author, rule, bench.answered(), effect);
    return new Step.Store(
        beginning.announced().outbox(bench.owed(entry)).done(),
        new Notice.Accepted(Course.what(beginning.flight()), author.name()));
  }

  /** Decided and recorded as everything is; only that nothing is done. */
  private Step observe(
      Bench bench, Parsed parsed, Author author, @Nullable Rule rule, Entry entry) {
    if (!(parsed instanceof Parsed.Valid(Intent intent))) {
      throw new IllegalStateException("the gate accepted what is no intent");
    }
    OpsEdit edit =
        OpsEdit.of(bench.ops())
            .mark(intent.generation(), parsed.digest().hex())
            .outbox(bench.owed(entry));
    if (Beginning.isHeldBy(bench.ops(), bench.answered())) {
      edit.held(null);
    }
    if (rule != null) {
      edit.rules(Memory.acted(bench.ops(), rule, bench.now()));
    }
    return new Step.Store(edit.done(), new Notice.Observed(what(intent), author.name()));
  }

  private Step refuse(
      Bench bench,
      Parsed parsed,
      Author author,
      @Nullable Rule rule,
      Decision.Reject reject,
      Entry entry) {
    String digest = parsed.digest().hex();
    if (RefusalCount.isRepeated(bench.ops().refusals(), digest)) {
      return new Step.Clear(
          List.of(new Notice.Refused(reject.code(), reject.reason(), author.name(), false)));
    }
    RefusalCount count = RefusalCount.of(bench.ops().refusals(), digest, bench.now());
    OpsEdit edit = OpsEdit.of(bench.ops()).refusals(count.next());
    // What a person approved always gets its answer: they are few, and somebody waits for it.
    boolean approved = isApproved(parsed, author);
    boolean recorded = count.recorded() || approved;
    if (recorded) {
      edit.outbox(bench.owed(entry));
    }
    if (approved && Beginning.isHeldBy(bench.ops(), bench.answered())) {
      edit.held(null);
    }
    if (rule != null) {
      edit.rules(Memory.acted(bench.ops(), rule, bench.now()));
    }
    return new Step.Store(
        edit.done(), new Notice.Refused(reject.code(), reject.reason(), author.name(), true));
  }

  private static boolean isApproved(Parsed parsed, Author author) {
    return author.authorClass() == AuthorClass.OPERATOR
        && parsed instanceof Parsed.Valid(Intent intent)
        && intent.escalationRef() != null;
  }

  /**
   * The rule has seen enough and cannot act: recorded once, then it cools down like one that did.
   */
  private Step blocked(Bench bench, Rule rule, Intent intent, Decision.Reject reject) {
    Author author = new Author(AuthorClass.OPERATOR, operator);
    Entry entry =
        new Entry.Decided(
            new Parsed.Valid(intent), author, rule.id(), bench.policy(), bench.observed(), reject);
    return new Step.Store(
        OpsEdit.of(bench.ops())
            .rules(Memory.acted(bench.ops(), rule, bench.now()))
            .outbox(bench.owed(entry))
            .done(),
        new Notice.Refused(reject.code(), reject.reason(), operator, true));
  }

  private static Step close(Bench bench, InFlight flight, Ending ending, String reason) {
    Entry entry =
        new Entry.Ended(
            Objects.requireNonNull(flight.receiptIndex(), "the decision is recorded first"),
            new Digest(flight.digest()),
            Action.of(flight.action()).orElseThrow(),
            ending,
            reason);
    List<ActionRecord> actions = Restraint.ended(bench.ops(), flight, ending);
    Breaker breaker = Restraint.after(actions, bench.ops().breaker(), bench.now());
    OpsEdit edit =
        OpsEdit.of(bench.ops())
            .inFlight(Stage.closing(flight, ending, reason))
            .actions(actions)
            .breaker(breaker);
    if (ending == Ending.UNDONE) {
      // The mark rises once more: children that carry the action's own mark must yield to its undo,
      // and an operator that has not seen the undo must not apply them again.
      edit.adjustments(Adjustments.without(bench.ops(), flight.generation()))
          .mark(Math.max(bench.sight().mark(), flight.generation()) + 1, flight.digest());
    }
    edit.outbox(bench.owed(entry, edit));
    Notice ended = new Notice.Ended(Course.what(flight), ending, reason);
    return breaker != null && Restraint.isOpen(breaker) && breaker.reason() != null
        ? new Step.Store(edit.done(), ended, new Notice.Frozen(breaker.reason()))
        : new Step.Store(edit.done(), ended);
  }

  /**
   * Who asks. What the rules ask at this moment needs nobody's word for it, so healing goes on
   * while confinement is not proven, and does not wait for the proof.
   */
  private Author author(Bench bench, Parsed parsed) {
    Author own = new Author(AuthorClass.OPERATOR, operator);
    boolean derived = isWhatRulesAsk(bench, parsed);
    if (derived && own.equals(Observation.claimed(bench.sight()))) {
      return own;
    }
    Author believed = Observation.author(bench.sight(), operator);
    return derived && believed.authorClass() == AuthorClass.NONE ? own : believed;
  }

  private boolean isWhatRulesAsk(Bench bench, Parsed parsed) {
    return ruleThatAsks(bench, parsed) != null;
  }

  /** The rule that asks for exactly this at this moment. */
  private @Nullable Rule ruleThatAsks(Bench bench, Parsed parsed) {
    return parsed instanceof Parsed.Valid(Intent intent)
            && intent.escalationRef() == null
            && bench.sight().inFlight() == null
            && evaluate(bench) instanceof Evaluation.Emit(Rule rule, Intent asked)
            && asked.action() == intent.action()
            && asked.params().equals(intent.params())
        ? rule
        : null;
  }

  /**
   * Where no rule asks any more: of those that ask for such a thing, one whose signals are there.
   */
  private @Nullable Rule ruleBehind(Bench bench, Parsed parsed, Author author) {
    if (author.authorClass() != AuthorClass.OPERATOR
        || !(parsed instanceof Parsed.Valid(Intent intent))
        || intent.escalationRef() != null) {
      return null;
    }
    Rule asking = ruleThatAsks(bench, parsed);
    if (asking != null) {
      return asking;
    }
    List<Rule> possible =
        bench.sight().book().rules().stream()
            .filter(rule -> rule.action() == intent.action())
            .toList();
    return possible.stream()
        .filter(rule ->
            bench.sight().signals().stream()
                .anyMatch(signal -> signal.type().equals(rule.signal().id())))
        .findFirst()
        .orElse(possible.isEmpty() ? null : possible.getFirst());
  }

  private Evaluation evaluate(Bench bench) {
    return Rules.evaluate(
        bench.sight().book(),
        bench.sight().ledger().counted(),
        Memory.past(bench.ops()),
        bench.observed(),
        bench.policy(),
        operator);
  }
}
