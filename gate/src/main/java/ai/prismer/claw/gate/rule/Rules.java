package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Intent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns signals into at most one intent.
 *
 * <p>Pure, like the gate: signals and last actions are kept by the caller (in the Claw's status, so
 * that a restart or a failover forgets nothing), the time comes with the observation.
 *
 * <p>Invariants. First, <em>a rule never emits what the gate refuses</em>: a target is chosen below
 * the same headroom the gate checks, and the gate is asked before the intent leaves this class.
 * Otherwise the audit log fills with refusals of our own making while the agent keeps dying.
 * Second, <em>every action needs evidence of its own</em>, see {@link Evidence}: or one more OOM
 * would trigger the next bump at once. Third, <em>a rule that waits holds up no other</em>: one
 * that cools down, or that holds still because the trouble follows from our own last change, is
 * passed over.
 *
 * <p>A budget that is spent is waited for, and nothing that was seen is forgotten meanwhile.
 *
 * <p>Cooldown doubles: a rule that acted n times in a row waits cooldown × 2ⁿ⁻¹ after the last
 * time, so that a leak eats ever fewer bumps. A day without action ends the row.
 *
 * <p>Clocks: a last action may lie ahead of {@code now}, when another machine's clock is fast or
 * this one was set back. Up to {@link #SKEW} it is believed, and the rule waits the difference
 * longer; a larger one is the trace of a clock that was wrong, and is ignored, or it would stop
 * healing until that time has come.
 */
public final class Rules {
  /** How long a row of actions is remembered; no cooldown is longer. */
  public static final Duration MEMORY = Duration.ofHours(24);

  /** How far the clocks of two machines may differ. */
  public static final Duration SKEW = Duration.ofMinutes(10);

  /** {@code source} of every intent made here. */
  public static final String SOURCE = Proposal.SOURCE;

  /** Enough to reach {@link #MEMORY} from a cooldown of one second. */
  private static final int MAX_DOUBLINGS = 17;

  private Rules() {}

  /**
   * Evaluates the rules in their order; the first that has seen enough and need not wait is the
   * answer.
   *
   * @param book the rules in force
   * @param signals recent signals of this Claw, in any order, repeats allowed
   * @param past what was done on this Claw before
   * @param observed the world, {@code now} included
   * @param policy what is allowed
   * @param operator user name of the operator, the author of the intent
   */
  public static Evaluation evaluate(
      RuleBook book,
      List<Signal> signals,
      Past past,
      Observed observed,
      Policy policy,
      String operator) {
    Evaluation waiting = new Evaluation.Quiet();
    for (Rule rule : book.rules()) {
      LastAction last = last(rule, past.actions(), observed.now());
      Evidence evidence = evidence(book, rule, signals, past, observed);
      if (!evidence.isEnoughFor(rule) || isWithheld(rule, past, observed.now())) {
        continue;
      }
      Instant until = earliest(rule, last, observed, policy);
      if (!observed.now().isBefore(until)) {
        return propose(rule, evidence, observed, policy, operator);
      }
      waiting = sooner(waiting, new Evaluation.CoolingDown(rule, until));
    }
    return waiting;
  }

  /**
   * Of these signals those that no rule will ever answer as things stand: none counts them, or all
   * that have seen enough hold still because the last change was our own. A person, or whoever
   * analyses for one, has to look.
   */
  public static List<Signal> unanswered(
      RuleBook book, List<Signal> signals, Past past, Observed observed) {
    return signals.stream()
        .filter(signal ->
            book.rules().stream()
                .filter(rule -> rule.counts(signal) && book.isUrgentEnough(rule))
                .allMatch(rule ->
                    isWithheld(rule, past, observed.now())
                        && evidence(book, rule, signals, past, observed).isEnoughFor(rule)))
        .toList();
  }

  /**
   * What to remember once an intent of this rule has been executed.
   *
   * @param rule the rule that acted
   * @param past the last action of each rule, before this one
   * @param now when the intent was executed
   * @return the new last action of this rule
   */
  public static LastAction acted(Rule rule, List<LastAction> past, Instant now) {
    LastAction last = last(rule, past, now);
    return new LastAction(rule.id(), now, last == null ? 1 : last.streak() + 1);
  }

  private static Evidence evidence(
      RuleBook book, Rule rule, List<Signal> signals, Past past, Observed observed) {
    if (!book.isUrgentEnough(rule)) {
      return Evidence.NONE;
    }
    LastAction last = last(rule, past.actions(), observed.now());
    return Evidence.of(rule, signals, last == null ? null : last.at(), past, observed);
  }

  private static boolean isWithheld(Rule rule, Past past, Instant now) {
    return rule.unlessOwnChange()
        && past.last()
            .filter(change -> !change.helped() && isRemembered(change.at(), now))
            .isPresent();
  }

  /** From when on the rule may act. */
  private static Instant earliest(
      Rule rule, @Nullable LastAction last, Observed observed, Policy policy) {
    Instant until = last == null ? Instant.MIN : last.at().plus(cooldown(rule, last));
    Brakes brakes = observed.brakes();
    if (brakes.budgetFreeAt() != null && brakes.actionsInHour() >= policy.budgetPerHour()) {
      until = later(until, brakes.budgetFreeAt());
    }
    Instant change = brakes.lastChange();
    if (rule.unlessOwnChange() && change != null && isRemembered(change, observed.now())) {
      until = later(until, change.plus(rule.window()));
    }
    return until;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  private static Evaluation propose(
      Rule rule, Evidence evidence, Observed observed, Policy policy, String operator) {
    Intent intent = Proposal.of(rule, evidence, observed, policy);
    Author author = new Author(AuthorClass.OPERATOR, operator);
    return switch (Gate.decide(intent, author, observed, policy)) {
      case Decision.Execute ignored -> new Evaluation.Emit(rule, intent);
      case Decision.WouldExecute ignored -> new Evaluation.Emit(rule, intent);
      case Decision.Hold ignored ->
          throw new IllegalStateException("nobody needs to approve what a rule asks for");
      case Reject refusal -> new Evaluation.Blocked(rule, intent, refusal);
    };
  }

  private static Evaluation sooner(Evaluation before, Evaluation.CoolingDown next) {
    return before instanceof Evaluation.CoolingDown(Rule ignored, Instant until)
            && !next.until().isBefore(until)
        ? before
        : next;
  }

  private static @Nullable LastAction last(Rule rule, List<LastAction> past, Instant now) {
    return past.stream()
        .filter(action -> action.rule().equals(rule.id()))
        .filter(action -> isRemembered(action.at(), now))
        .max(Comparator.comparing(LastAction::at))
        .orElse(null);
  }

  private static boolean isRemembered(Instant at, Instant now) {
    return at.isAfter(now.minus(MEMORY)) && !at.isAfter(now.plus(SKEW));
  }

  private static Duration cooldown(Rule rule, LastAction last) {
    int doublings = Math.min(last.streak() - 1, MAX_DOUBLINGS);
    Duration cooldown = rule.cooldown().multipliedBy(1L << doublings);
    return cooldown.compareTo(MEMORY) < 0 ? cooldown : MEMORY;
  }
}
