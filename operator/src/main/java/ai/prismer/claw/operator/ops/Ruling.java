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
    return flight == null ? automation.next(bench) : onEnding(bench, flight);
  }

  private Step onIntent(Bench bench, Parsed parsed) {
    Author author = automation.author(bench, parsed);
    boolean yields =
        switch (author.authorClass()) {
          case LLM, NONE -> true;
          case OPERATOR, MANAGER -> false;
        };
    Optional<Evaluation.Emit> asked = yields ? automation.asking(bench) : Optional.empty();
    if (asked.isPresent() && isRefused(bench, parsed)) {
      // In the place of what has its answer already. Nobody but the operator and managers may touch
      // a slot that is taken, so whoever filled it cannot come in between.
      return Automation.ask(asked.get());
    }
    return decided(
        asked.map(rule -> bench.askedBy(rule.rule().id())).orElse(bench), parsed, author);
  }

  private static boolean isRefused(Bench bench, Parsed parsed) {
    return RefusalCount.isRepeated(bench.ops().refusals(), parsed.digest().hex());
  }

  private Step decided(Bench bench, Parsed parsed, Author author) {
    Rule rule = automation.behind(bench, parsed, author);
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
    if (isRefused(bench, parsed)) {
      return new Step.Clear(
          List.of(new Notice.Refused(reject.code(), reject.reason(), author.name(), false)));
    }
    Digest digest = parsed.digest();
    RefusalCount count = RefusalCount.of(bench.ops().refusals(), digest.hex(), bench.now());
    OpsEdit edit = OpsEdit.of(bench.ops()).refusals(count.next());
    List<Notice> notices = new ArrayList<>();
    notices.add(new Notice.Refused(reject.code(), reject.reason(), author.name(), true));
    // What a person approved always gets its answer: they are few, and somebody waits for it. So
    // does what had to yield to a rule: nothing is lost silently.
    boolean approved = isApproved(parsed, author);
    if (count.recorded() || approved || reject.code() == Decision.Code.DISPLACED) {
      edit.outbox(bench.owed(entry));
    } else if (bench.ops().llmSlot() == null) {
      Instant until = RefusalCount.end(count.next(), bench.now());
      edit.llmSlot(LlmSlot.Shut)
          .outbox(bench.owed(new Entry.Silenced(RefusalCount.MAX_RECORDED, until, digest)));
      notices.add(new Notice.Silenced(until));
    }
    if (approved && Beginning.isHeldBy(bench.ops(), bench.answered())) {
      edit.held(null);
    }
    // An outbreak holds a rule up and is no answer to what it has seen.
    if (rule != null && reject.code() != Decision.Code.OUTBREAK) {
      edit.rules(Memory.acted(bench.ops(), rule, bench.now()));
    }
    return new Step.Store(edit.done(), notices);
  }

  private static boolean isApproved(Parsed parsed, Author author) {
    return author.authorClass() == AuthorClass.OPERATOR
        && parsed instanceof Parsed.Valid(Intent intent)
        && intent.escalationRef() != null;
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
}
