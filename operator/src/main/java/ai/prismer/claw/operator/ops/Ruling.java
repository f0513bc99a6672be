package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.LlmSlot;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Effect;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.gate.rule.Evaluation;
import ai.prismer.claw.gate.rule.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

  private final Automation automation;

  /**
   * A ruling.
   *
   * @param operator user name of the operator, the author of what rules ask for
   */
  Ruling(String operator) {
    this.automation = new Automation(operator);
  }

  /**
   * Decides.
   *
   * @param sight what is seen, read from the cluster after {@link Step.Decide} was named
   * @param ceilings what bounds a raise from outside
   * @param nextReceipt where the log ends now
   * @param named the escalation that the intent names, as the API server has it now
   */
  Step decide(Sight sight, Ceilings ceilings, long nextReceipt, @Nullable ClawOpsEscalation named) {
    Observed observed = Observation.observed(sight, ceilings, named);
    Policy policy = Observation.policy(sight);
    Evidence evidence = new Evidence(sight, observed, policy, nextReceipt);
    String intent = sight.annotation(Keys.INTENT);
    if (intent != null) {
      return onIntent(evidence, IntentParser.parse(intent));
    }
    Optional<Requests.Pending> request = Requests.pending(sight);
    if (request.isPresent()) {
      return Requests.answer(request.get(), sight, evidence::owed);
    }
    if (Expiry.isDue(sight)) {
      return Expiry.take(sight, evidence::owed);
    }
    InFlight flight = sight.inFlight();
    return flight == null ? automation.next(evidence) : onEnding(evidence, flight);
  }

  private Step onIntent(Evidence evidence, Parsed parsed) {
    Author author = automation.author(evidence, parsed);
    boolean yields =
        switch (author.authorClass()) {
          case LLM, NONE -> true;
          case OPERATOR, MANAGER -> false;
        };
    Optional<Evaluation.Emit> asked = yields ? automation.asking(evidence) : Optional.empty();
    if (asked.isPresent() && isRefused(evidence, parsed)) {
      // In the place of what has its answer already. Nobody but the operator and managers may touch
      // a slot that is taken, so whoever filled it cannot come in between.
      return Automation.ask(asked.get());
    }
    return decided(
        asked.map(rule -> evidence.askedBy(rule.rule().id())).orElse(evidence), parsed, author);
  }

  private static boolean isRefused(Evidence evidence, Parsed parsed) {
    return RefusalCount.isRepeated(evidence.ops().refusals(), parsed.digest().hex());
  }

  private Step decided(Evidence evidence, Parsed parsed, Author author) {
    Rule rule = automation.behind(evidence, parsed, author);
    Decision decision = Gate.decide(parsed, author, evidence.observed(), evidence.policy());
    Entry entry =
        new Entry.Decided(
            parsed,
            author,
            rule == null ? null : rule.id(),
            evidence.policy(),
            evidence.observed(),
            decision);
    return switch (decision) {
      case Decision.Execute(Effect effect) -> begin(evidence, parsed, author, rule, effect, entry);
      case Decision.Hold(Effect effect) -> hold(evidence, parsed, author, effect, entry);
      case Decision.WouldExecute(Effect ignored) -> observe(evidence, parsed, author, rule, entry);
      case Decision.Reject reject -> refuse(evidence, parsed, author, rule, reject, entry);
    };
  }

  /** The intent moves into an escalation, and the slot is free again. */
  private static Step hold(
      Evidence evidence, Parsed parsed, Author author, Effect effect, Entry entry) {
    if (!(parsed instanceof Parsed.Valid(Intent intent))) {
      throw new IllegalStateException("the gate accepted what is no intent");
    }
    Held held = Holds.of(evidence.sight(), intent, author, effect);
    return new Step.Store(
        OpsEdit.of(evidence.ops())
            .mark(intent.generation(), parsed.digest().hex())
            .held(held)
            .outbox(evidence.owed(entry))
            .done(),
        new Notice.Held(Holds.what(held), author.name(), held.escalation()));
  }

  private static String what(Intent intent) {
    return intent.action() + " " + String.join(" ", intent.params().values());
  }

  private Step onEnding(Evidence evidence, InFlight flight) {
    return switch (Verification.judge(flight, evidence.sight())) {
      case Verification.Final(Ending ending, String reason) ->
          close(evidence, flight, ending, reason);
      // A fresh look shows something else: the next step is named anew from it.
      case Verification.Waiting(Instant until) -> new Step.Rest(until);
      case Verification.ReadinessChanged ignored -> new Step.Rest(evidence.now().plus(SOON));
    };
  }

  private Step begin(
      Evidence evidence,
      Parsed parsed,
      Author author,
      @Nullable Rule rule,
      Effect effect,
      Entry entry) {
    if (!(parsed instanceof Parsed.Valid(Intent intent))) {
      throw new IllegalStateException("the gate accepted what is no intent");
    }
    Beginning beginning =
        new Beginning(evidence.sight(), intent, author, rule, evidence.answered(), effect);
    return new Step.Store(
        beginning.announced().outbox(evidence.owed(entry)).done(),
        new Notice.Accepted(Course.what(beginning.flight()), author.name()));
  }

  /** Decided and recorded as everything is; only that nothing is done. */
  private Step observe(
      Evidence evidence, Parsed parsed, Author author, @Nullable Rule rule, Entry entry) {
    if (!(parsed instanceof Parsed.Valid(Intent intent))) {
      throw new IllegalStateException("the gate accepted what is no intent");
    }
    OpsEdit edit =
        OpsEdit.of(evidence.ops())
            .mark(intent.generation(), parsed.digest().hex())
            .outbox(evidence.owed(entry));
    if (Beginning.isHeldBy(evidence.ops(), evidence.answered())) {
      edit.held(null);
    }
    if (rule != null) {
      edit.rules(Memory.acted(evidence.ops(), rule, evidence.now()));
    }
    return new Step.Store(edit.done(), new Notice.Observed(what(intent), author.name()));
  }

  private Step refuse(
      Evidence evidence,
      Parsed parsed,
      Author author,
      @Nullable Rule rule,
      Decision.Reject reject,
      Entry entry) {
    if (isRefused(evidence, parsed)) {
      return new Step.Clear(
          List.of(new Notice.Refused(reject.code(), reject.reason(), author.name(), false)));
    }
    Digest digest = parsed.digest();
    RefusalCount count = RefusalCount.of(evidence.ops().refusals(), digest.hex(), evidence.now());
    OpsEdit edit = OpsEdit.of(evidence.ops()).refusals(count.next());
    List<Notice> notices = new ArrayList<>();
    notices.add(new Notice.Refused(reject.code(), reject.reason(), author.name(), true));
    // What a person approved always gets its answer: they are few, and somebody waits for it. So
    // does what had to yield to a rule: nothing is lost silently.
    boolean approved = isApproved(parsed, author);
    if (count.recorded() || approved || reject.code() == Decision.Code.DISPLACED) {
      edit.outbox(evidence.owed(entry));
    } else if (evidence.ops().llmSlot() == null) {
      Instant until = RefusalCount.end(count.next(), evidence.now());
      edit.llmSlot(LlmSlot.Shut)
          .outbox(evidence.owed(new Entry.Silenced(RefusalCount.MAX_RECORDED, until, digest)));
      notices.add(new Notice.Silenced(until));
    }
    if (approved && Beginning.isHeldBy(evidence.ops(), evidence.answered())) {
      edit.held(null);
    }
    // An outbreak holds a rule up and is no answer to what it has seen.
    if (rule != null && reject.code() != Decision.Code.OUTBREAK) {
      edit.rules(Memory.acted(evidence.ops(), rule, evidence.now()));
    }
    return new Step.Store(edit.done(), notices);
  }

  private static boolean isApproved(Parsed parsed, Author author) {
    return author.authorClass() == AuthorClass.OPERATOR
        && parsed instanceof Parsed.Valid(Intent intent)
        && intent.escalationRef() != null;
  }

  private static Step close(Evidence evidence, InFlight flight, Ending ending, String reason) {
    Entry entry =
        new Entry.Ended(
            Objects.requireNonNull(flight.receiptIndex(), "the decision is recorded first"),
            new Digest(flight.digest()),
            Action.of(flight.action()).orElseThrow(),
            ending,
            reason);
    List<ActionRecord> actions = Restraint.ended(evidence.ops(), flight, ending);
    Breaker breaker = Restraint.after(actions, evidence.ops().breaker(), evidence.now());
    OpsEdit edit =
        OpsEdit.of(evidence.ops())
            .inFlight(Stage.closing(flight, ending, reason))
            .actions(actions)
            .breaker(breaker);
    if (ending == Ending.UNDONE) {
      // The mark rises once more: children that carry the action's own mark must yield to its undo,
      // and an operator that has not seen the undo must not apply them again.
      edit.adjustments(Adjustments.without(evidence.ops(), flight.generation()))
          .mark(Math.max(evidence.sight().mark(), flight.generation()) + 1, flight.digest());
    }
    edit.outbox(evidence.owed(entry, edit));
    Notice ended = new Notice.Ended(Course.what(flight), ending, reason);
    return breaker != null && Restraint.isOpen(breaker) && breaker.reason() != null
        ? new Step.Store(edit.done(), ended, new Notice.Frozen(breaker.reason()))
        : new Step.Store(edit.done(), ended);
  }
}
