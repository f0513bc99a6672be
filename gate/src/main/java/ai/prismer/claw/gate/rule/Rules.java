package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Headroom;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Intent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns signals into at most one intent.
 *
 * <p>Pure, like the gate: signals and last actions are kept by the caller (in the Claw's status, so
 * that a restart or a failover forgets nothing), the time comes with the observation.
 *
 * <p>Two invariants. First, <em>a rule never emits what the gate refuses</em>: the target is chosen
 * below the same {@link Headroom} the gate checks, and the gate is asked before the intent leaves
 * this class. Otherwise the audit log fills with refusals of our own making while the agent keeps
 * dying. Second, <em>every action needs evidence of its own</em>: signals from before the rule's
 * last action tell about the old limit and are not counted again, or one more OOM would trigger the
 * next bump at once.
 *
 * <p>The most severe signal is answered first. Crashes are not answered by a restart for as long as
 * they may be the consequence of an own change: what that led to is for its verification to find.
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
  public static final String SOURCE = "rule-engine";

  /** Enough to reach {@link #MEMORY} from a cooldown of one second. */
  private static final int MAX_DOUBLINGS = 17;

  private Rules() {}

  /**
   * Evaluates the rules, the most severe signals first and else in their order; the first that has
   * seen enough is the answer.
   *
   * @param rules which rules
   * @param signals recent signals of this Claw, in any order, repeats allowed
   * @param past the last action of each rule that acted on this Claw
   * @param observed the world, {@code now} included
   * @param policy what is allowed
   * @param operator user name of the operator, the author of the intent
   */
  public static Evaluation evaluate(
      List<Rule> rules,
      List<Signal> signals,
      List<LastAction> past,
      Observed observed,
      Policy policy,
      String operator) {
    List<Rule> ordered =
        rules.stream()
            .sorted(Comparator.comparingInt((Rule rule) -> -rule.signal().severity()))
            .toList();
    for (Rule rule : ordered) {
      LastAction last = last(rule, past, observed.now());
      int count = count(rule, signals, last, observed.now());
      if (count >= rule.minCount()) {
        Instant until = earliest(rule, last, observed, policy);
        return observed.now().isBefore(until)
            ? new Evaluation.CoolingDown(rule, until)
            : propose(rule, count, observed, policy, operator);
      }
    }
    return new Evaluation.Quiet();
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

  /** From when on the rule may act. */
  private static Instant earliest(
      Rule rule, @Nullable LastAction last, Observed observed, Policy policy) {
    Instant until = last == null ? Instant.MIN : last.at().plus(cooldown(rule, last));
    Brakes brakes = observed.brakes();
    if (brakes.budgetFreeAt() != null && brakes.actionsInHour() >= policy.budgetPerHour()) {
      until = later(until, brakes.budgetFreeAt());
    }
    if (rule.signal() == SignalType.CRASH_LOOP && brakes.lastChange() != null) {
      until = later(until, brakes.lastChange().plus(rule.window()));
    }
    return until;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  private static Evaluation propose(
      Rule rule, int count, Observed observed, Policy policy, String operator) {
    String seen =
        rule.signal().id()
            + " of container "
            + rule.container()
            + " "
            + count
            + (count == 1 ? " time" : " times")
            + " within "
            + words(rule.window())
            + ": "
            + rule.action();
    Intent intent =
        rule.factor() == null
            ? new Intent(rule.action(), Map.of(), generation(observed), SOURCE, null, seen)
            : raise(rule, rule.factor(), seen, observed, policy);
    Author author = new Author(AuthorClass.OPERATOR, operator);
    return switch (Gate.decide(intent, author, observed, policy)) {
      case Decision.Execute ignored -> new Evaluation.Emit(rule, intent);
      case Decision.WouldExecute ignored -> new Evaluation.Emit(rule, intent);
      case Decision.Hold ignored ->
          throw new IllegalStateException("nobody needs to approve what a rule asks for");
      case Reject refusal -> new Evaluation.Blocked(rule, intent, refusal);
    };
  }

  private static Intent raise(
      Rule rule, BigDecimal factor, String seen, Observed observed, Policy policy) {
    Headroom headroom = Headroom.of(rule.action());
    OptionalLong current = headroom.current(observed);
    long from = current.orElse(1);
    long target = target(rule, factor, from, headroom.ceiling(from, observed, policy));
    return new Intent(
        rule.action(),
        Map.of("target", headroom.print(target)),
        generation(observed),
        SOURCE,
        null,
        seen + " from " + headroom.print(from) + " to " + headroom.print(target));
  }

  /**
   * Current × factor, rounded up, but not above the ceiling: a smaller step that is allowed helps
   * more than a larger one that is refused. With no headroom left the largest step is asked for, so
   * that the gate's refusal names the bound that leaves none.
   */
  private static long target(Rule rule, BigDecimal factor, long current, long ceiling) {
    BigDecimal step = BigDecimal.valueOf(rule.rounding());
    BigDecimal wish =
        factor
            .multiply(BigDecimal.valueOf(current))
            .divide(step, 0, RoundingMode.UP)
            .multiply(step);
    long target = wish.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
    return Math.min(target, ceiling > current ? ceiling : Headroom.twice(current));
  }

  private static long generation(Observed observed) {
    long next = Math.max(observed.now().toEpochMilli(), observed.mark() + 1);
    return Math.clamp(next, 1, CanonicalJson.MAX_INTEGER);
  }

  private static @Nullable LastAction last(Rule rule, List<LastAction> past, Instant now) {
    return past.stream()
        .filter(action -> action.rule().equals(rule.id()))
        .filter(action -> action.at().isAfter(now.minus(MEMORY)))
        .filter(action -> !action.at().isAfter(now.plus(SKEW)))
        .max(Comparator.comparing(LastAction::at))
        .orElse(null);
  }

  private static int count(
      Rule rule, List<Signal> signals, @Nullable LastAction last, Instant now) {
    Instant from = now.minus(rule.window());
    if (last != null && last.at().isAfter(from)) {
      from = last.at();
    }
    Set<String> keys = new HashSet<>();
    for (Signal signal : signals) {
      if (signal.type() == rule.signal()
          && signal.container().equals(rule.container())
          && signal.at().isAfter(from)) {
        keys.add(signal.key());
      }
    }
    return keys.size();
  }

  private static Duration cooldown(Rule rule, LastAction last) {
    int doublings = Math.min(last.streak() - 1, MAX_DOUBLINGS);
    Duration cooldown = rule.cooldown().multipliedBy(1L << doublings);
    return cooldown.compareTo(MEMORY) < 0 ? cooldown : MEMORY;
  }

  private static String words(Duration duration) {
    return duration.toSeconds() % 60 == 0
        ? duration.toMinutes() + " min"
        : duration.toSeconds() + " s";
  }
}
