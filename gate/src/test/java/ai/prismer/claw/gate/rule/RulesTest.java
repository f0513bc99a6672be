package ai.prismer.claw.gate.rule;

import static ai.prismer.claw.gate.decision.Worlds.GI;
import static ai.prismer.claw.gate.decision.Worlds.MI;
import static ai.prismer.claw.gate.decision.Worlds.NOW;
import static ai.prismer.claw.gate.decision.Worlds.observed;
import static ai.prismer.claw.gate.decision.Worlds.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.rule.Evaluation.Blocked;
import ai.prismer.claw.gate.rule.Evaluation.CoolingDown;
import ai.prismer.claw.gate.rule.Evaluation.Emit;
import ai.prismer.claw.gate.rule.Evaluation.Quiet;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
  private static final Rule RULE = Rule.OOM_BUMP_MEMORY;
  private static final List<Signal> TWICE = List.of(oom(1, 20), oom(2, 1));

  @Test
  void twoKillsOfTheRuntimeInHalfAnHourAskForHalfMoreMemory() {
    assertThat(evaluate(TWICE, List.of(), observed()))
        .isInstanceOfSatisfying(
            Emit.class,
            emit -> {
              assertThat(emit.rule()).isEqualTo(RULE);
              assertThat(emit.intent().action()).isEqualTo(Action.BUMP_MEMORY);
              assertThat(emit.intent().params()).isEqualTo(Map.of("target", "768Mi"));
              assertThat(emit.intent().source()).isEqualTo("rule-engine");
              assertThat(emit.intent().generation()).isEqualTo(NOW.toEpochMilli());
              assertThat(emit.intent().reason())
                  .isEqualTo(
                      "OOMKilled of container runtime 2 times within 30 min: bump-memory from"
                          + " 512Mi to 768Mi");
            });
  }

  @Test
  void aRuleAsksForNoMoreThanTheNamespaceLeavesAndIsBlockedWhereItLeavesNothing() {
    assertThat(evaluate(TWICE, List.of(), namespaceLeaves(600)))
        .isInstanceOfSatisfying(
            Emit.class,
            emit -> assertThat(emit.intent().params()).isEqualTo(Map.of("target", "600Mi")));
    assertThat(evaluate(TWICE, List.of(), namespaceLeaves(512)))
        .isInstanceOfSatisfying(
            Blocked.class,
            blocked ->
                assertThat(blocked.refusal().code()).isEqualTo(Decision.Code.ABOVE_NAMESPACE));
  }

  private static Observed namespaceLeaves(long mebibytes) {
    return Worlds.withNamespaceBound(
        observed(), new Limits(OptionalLong.of(mebibytes * MI), OptionalLong.empty()));
  }

  @Test
  void oneKillIsNotEnough() {
    assertThat(evaluate(List.of(oom(1, 1)), List.of(), observed())).isEqualTo(new Quiet());
  }

  @Test
  void theSameKillSeenTwiceIsOneKill() {
    assertThat(evaluate(List.of(oom(1, 1), oom(1, 1)), List.of(), observed()))
        .isEqualTo(new Quiet());
  }

  @Test
  void aKillThatIsHalfAnHourOldNoLongerCounts() {
    assertThat(evaluate(List.of(oom(1, 30), oom(2, 1)), List.of(), observed()))
        .isEqualTo(new Quiet());
    assertThat(evaluate(List.of(oom(1, 29), oom(2, 1)), List.of(), observed()))
        .isInstanceOf(Emit.class);
  }

  @Test
  void aKillInASidecarNeverChangesTheRuntime() {
    Signal sidecar = signal(SignalType.OOM_KILLED, "ipc-bus", "c9", NOW.minusSeconds(9));

    assertThat(evaluate(List.of(oom(1, 1), sidecar), List.of(), observed())).isEqualTo(new Quiet());
  }

  @ParameterizedTest
  @CsvSource({
    // current, expected target
    "512, 768",
    "500, 768",
    "21, 32",
    "16, 32",
    "32, 64",
    "64, 96",
    "100, 160",
    "8, 16",
    "1, 2",
  })
  void theTargetIsRoundedUpTo32MiButNeverMoreThanTwiceTheLimit(long current, String expected) {
    Limits limits = Limits.of(current * MI, 1000);

    assertThat(evaluate(TWICE, List.of(), observed(limits, limits)))
        .isInstanceOfSatisfying(
            Emit.class,
            emit -> assertThat(emit.intent().params()).containsEntry("target", expected + "Mi"));
  }

  @Test
  void theTargetStopsAtTheMaximumOfTheSpec() {
    Policy max = policy(Limits.of(600 * MI, 1000), EnumSet.allOf(Action.class));

    assertThat(Rules.evaluate(RuleBook.DEFAULT, TWICE, Past.NONE, observed(), max, "op"))
        .isInstanceOfSatisfying(
            Emit.class,
            emit -> assertThat(emit.intent().params()).containsEntry("target", "600Mi"));
  }

  @Test
  void atTheMaximumTheRuleSaysWhyItDoesNotAct() {
    Policy max = policy(Limits.of(512 * MI, 1000), EnumSet.allOf(Action.class));

    assertThat(Rules.evaluate(RuleBook.DEFAULT, TWICE, Past.NONE, observed(), max, "op"))
        .isInstanceOfSatisfying(
            Blocked.class,
            blocked -> {
              assertThat(blocked.refusal())
                  .isEqualTo(
                      new Decision.Reject(
                          Decision.Code.ABOVE_MAXIMUM,
                          "memory target 768Mi is above spec.ops.maxMemory 512Mi"));
              assertThat(blocked.intent().params()).containsEntry("target", "768Mi");
            });
  }

  @Test
  void onANodeThatIsTooSmallTheRuleSaysWhyItDoesNotAct() {
    assertThat(evaluate(TWICE, List.of(), Worlds.withNode(observed(), Limits.of(GI, 1000))))
        .isInstanceOfSatisfying(
            Blocked.class,
            blocked -> assertThat(blocked.refusal().code()).isEqualTo(Decision.Code.ABOVE_NODE));
  }

  @Test
  void aContainerWithoutALimitIsBlockedWithTheReason() {
    Limits none = new Limits(OptionalLong.empty(), OptionalLong.of(1000));

    assertThat(evaluate(TWICE, List.of(), observed(none, none)))
        .isInstanceOfSatisfying(
            Blocked.class,
            blocked -> assertThat(blocked.refusal().code()).isEqualTo(Decision.Code.NO_LIMIT));
  }

  @Test
  void theGenerationExceedsAMarkThatLiesAheadOfTheClock() {
    long mark = NOW.toEpochMilli() + 3_600_000;

    assertThat(evaluate(TWICE, List.of(), Worlds.withMark(observed(), mark)))
        .isInstanceOfSatisfying(
            Emit.class, emit -> assertThat(emit.intent().generation()).isEqualTo(mark + 1));
  }

  // Cooldown

  @Test
  void killsFromBeforeTheLastActionAreNotCountedAgain() {
    List<LastAction> acted = List.of(new LastAction(RULE.id(), NOW.minusSeconds(600), 1));

    assertThat(evaluate(List.of(oom(1, 20), oom(2, 11), oom(3, 1)), acted, observed()))
        .isEqualTo(new Quiet());
    assertThat(evaluate(List.of(oom(1, 20), oom(2, 9), oom(3, 1)), acted, observed()))
        .isInstanceOf(Emit.class);
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 10", "3, 20", "4, 40", "9, 1280", "10, 1440", "1000000, 1440"})
  void theCooldownDoublesWithEachActionInARowUpToADay(int streak, long minutes) {
    LastAction last = new LastAction(RULE.id(), NOW.minusSeconds(60), streak);
    List<Signal> fresh =
        List.of(
            signal(SignalType.OOM_KILLED, "runtime", "a", NOW.minusSeconds(30)),
            signal(SignalType.OOM_KILLED, "runtime", "b", NOW.minusSeconds(20)));

    assertThat(evaluate(fresh, List.of(last), observed()))
        .isEqualTo(new CoolingDown(RULE, last.at().plus(Duration.ofMinutes(minutes))));
  }

  @Test
  void theCooldownEndsToTheMillisecond() {
    Instant at = NOW.minus(Duration.ofMinutes(5));
    List<LastAction> exactly = List.of(new LastAction(RULE.id(), at, 1));
    List<LastAction> early = List.of(new LastAction(RULE.id(), at.plusMillis(1), 1));
    List<Signal> fresh = List.of(oom(1, 2), oom(2, 1));

    assertThat(evaluate(fresh, exactly, observed())).isInstanceOf(Emit.class);
    assertThat(evaluate(fresh, early, observed())).isInstanceOf(CoolingDown.class);
  }

  @Test
  void anActionOfAnotherRuleDoesNotCoolThisOneDown() {
    assertThat(evaluate(TWICE, List.of(new LastAction("other", NOW, 5)), observed()))
        .isInstanceOf(Emit.class);
  }

  @Test
  void aRowOfActionsGrowsAndEndsAfterADayOfQuiet() {
    LastAction first = Rules.acted(RULE, List.of(), NOW);
    LastAction second = Rules.acted(RULE, List.of(first), NOW.plus(Duration.ofHours(23)));
    LastAction later = Rules.acted(RULE, List.of(second), NOW.plus(Duration.ofDays(2)));

    assertThat(first.streak()).isEqualTo(1);
    assertThat(second.streak()).isEqualTo(2);
    assertThat(later.streak()).isEqualTo(1);
  }

  @Test
  void anActionSlightlyAheadOfThisClockIsBelievedAndOneFarAheadIsNot() {
    LastAction slightly = new LastAction(RULE.id(), NOW.plus(Duration.ofMinutes(10)), 1);
    LastAction far = new LastAction(RULE.id(), NOW.plus(Duration.ofMinutes(11)), 1);

    assertThat(evaluate(TWICE, List.of(slightly), observed())).isEqualTo(new Quiet());
    assertThat(evaluate(TWICE, List.of(far), observed())).isInstanceOf(Emit.class);
  }

  // Properties

  @Test
  void whatARuleEmitsTheGateExecutesInEveryWorld() {
    Random random = new Random(46);
    int emitted = 0;
    for (int round = 0; round < 200_000; round++) {
      Observed observed = Worlds.random(random);
      Policy policy = Worlds.randomPolicy(random);
      Rule rule = rule(random);
      Evaluation evaluation =
          Rules.evaluate(
              book(rule), signals(random, observed.now()), Past.NONE, observed, policy, "op");
      if (evaluation instanceof Emit(Rule ignored, var intent)) {
        emitted++;
        Decision decision = Gate.decide(intent, Worlds.OPERATOR, observed, policy);
        assertThat(decision).as(intent.toString()).isNotInstanceOf(Decision.Reject.class);
      }
    }
    assertThat(emitted).isGreaterThan(5_000);
  }

  @Test
  void aRuleIsOnlyBlockedWhereNoTargetAtAllWouldPassTheGate() {
    Random random = new Random(47);
    int blocked = 0;
    for (int round = 0; round < 100_000; round++) {
      Observed observed = Worlds.random(random);
      Policy policy = policy(Worlds.randomPolicy(random).max(), EnumSet.allOf(Action.class));
      Evaluation evaluation =
          evaluate(
              TWICE.stream().map(signal -> at(signal, observed.now())).toList(), observed, policy);
      if (evaluation
          instanceof
          Blocked(Rule ignored, Intent wish, Reject(Decision.Code code, String reason))) {
        blocked++;
        assertThat(reason).isNotBlank();
        if (code == Decision.Code.STEP_TOO_LARGE) {
          throw new AssertionError("a rule can always take a smaller step: " + reason);
        }
      }
    }
    assertThat(blocked).isGreaterThan(1_000);
  }

  @Test
  void aRuleWithValuesThatMakeNoSenseCannotBeMade() {
    assertThatThrownBy(() -> withFactor("1")).hasMessageContaining("factor");
    assertThatThrownBy(() -> withFactor("2.1")).hasMessageContaining("factor");
    assertThatThrownBy(() -> new Remedy.Raise(Action.RESTART_POD, BigDecimal.TWO))
        .hasMessageContaining("action");
  }

  private static Remedy withFactor(String factor) {
    return new Remedy.Raise(Action.BUMP_MEMORY, new BigDecimal(factor));
  }

  private static Rule rule(Random random) {
    return new Rule(
        "r",
        SignalType.OOM_KILLED,
        "runtime",
        Severity.LOW,
        1 + random.nextInt(2),
        Duration.ofMinutes(30),
        remedy(random),
        Duration.ofMinutes(5),
        random.nextBoolean());
  }

  private static Remedy remedy(Random random) {
    BigDecimal factor = BigDecimal.valueOf(101 + random.nextInt(100), 2);
    return switch (random.nextInt(5)) {
      case 0 -> new Remedy.Raise(Action.BUMP_MEMORY, factor);
      case 1 -> new Remedy.Raise(Action.BUMP_CPU, factor);
      case 2 -> new Remedy.Ask(Action.RESTART_POD, Map.of());
      case 3 -> new Remedy.Ask(Action.ROLLOUT_RESTART, Map.of());
      default -> new Remedy.Ask(Action.SCALE_REPLICAS, Map.of("replicas", "2"));
    };
  }

  private static RuleBook book(Rule... rules) {
    return new RuleBook(List.of(rules), SignalSettings.DEFAULT);
  }

  private static List<Signal> signals(Random random, Instant now) {
    List<Signal> signals = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      signals.add(
          signal(
              SignalType.OOM_KILLED, "runtime", "k" + i, now.minusSeconds(random.nextInt(2000))));
    }
    return signals;
  }

  private static Signal at(Signal signal, Instant now) {
    return signal(signal.type(), signal.container(), signal.key(), now.minusSeconds(60));
  }

  private static Evaluation evaluate(
      List<Signal> signals, List<LastAction> past, Observed observed) {
    return Rules.evaluate(
        RuleBook.DEFAULT, signals, new Past(past, List.of()), observed, policy(), "op");
  }

  private static Evaluation evaluate(List<Signal> signals, Observed observed, Policy policy) {
    return Rules.evaluate(RuleBook.DEFAULT, signals, Past.NONE, observed, policy, "op");
  }

  private static Signal oom(int container, long minutesAgo) {
    return signal(
        SignalType.OOM_KILLED,
        "runtime",
        "c" + container,
        NOW.minus(Duration.ofMinutes(minutesAgo)));
  }

  private static Signal signal(
      SignalType type, @Nullable String container, String key, Instant at) {
    return new Signal(type, "my-agent-0", "pod-uid-0", container, key, at, Signal.Course.HAPPENED);
  }
}
