package ai.prismer.claw.gate.decision;

import static ai.prismer.claw.gate.decision.Worlds.AGENT;
import static ai.prismer.claw.gate.decision.Worlds.GI;
import static ai.prismer.claw.gate.decision.Worlds.MANAGER;
import static ai.prismer.claw.gate.decision.Worlds.MI;
import static ai.prismer.claw.gate.decision.Worlds.NOW;
import static ai.prismer.claw.gate.decision.Worlds.OPERATOR;
import static ai.prismer.claw.gate.decision.Worlds.observed;
import static ai.prismer.claw.gate.decision.Worlds.policy;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Decision.Execute;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Decision.WouldExecute;
import ai.prismer.claw.gate.decision.Observed.Life;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GateTest {
  private static final long GENERATION = NOW.toEpochMilli();

  @Test
  void anIntentWithinAllBoundsIsExecutedWithItsEffectSpelledOut() {
    assertThat(decide(bump("768Mi"), OPERATOR, observed()))
        .isEqualTo(new Execute(new Effect.SetMemory(512 * MI, 768 * MI)));
    assertThat(decide(intent(Action.BUMP_CPU, "target", "1500m"), MANAGER, observed()))
        .isEqualTo(new Execute(new Effect.SetCpu(1000, 1500)));
    assertThat(decide(intent(Action.RESTART_POD, "pod", "my-agent-0"), AGENT, observed()))
        .isEqualTo(new Execute(new Effect.RestartPod("my-agent-0", "pod-uid-0")));
    assertThat(decide(intent(Action.ROLLOUT_RESTART), AGENT, observed()))
        .isEqualTo(new Execute(new Effect.RolloutRestart()));
    assertThat(decide(intent(Action.SCALE_REPLICAS, "replicas", "3"), AGENT, observed()))
        .isEqualTo(new Execute(new Effect.SetReplicas(2, 3)));
  }

  // Shape and action

  @Test
  void aMalformedIntentIsRejectedWithTheParsersReasonWhoeverWroteIt() {
    assertThat(Gate.decide(IntentParser.parse("{"), OPERATOR, observed(), policy()))
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.code()).isEqualTo(Code.MALFORMED);
              assertThat(reject.reason()).startsWith("not valid JSON");
            });
  }

  @Test
  void anUnknownActionIsToldApartFromAMalformedIntent() {
    assertReject(
        Gate.decide(
            IntentParser.parse("{\"action\":\"exec\",\"generation\":2000,\"source\":\"x\"}"),
            OPERATOR,
            observed(),
            policy()),
        Code.UNKNOWN_ACTION,
        "there is no action \"exec\"");
  }

  // Generation

  @ParameterizedTest
  @CsvSource({"1000", "999", "1"})
  void aGenerationAtOrBelowTheMarkIsRejected(long generation) {
    assertReject(
        decide(bumpAt(generation), OPERATOR, observed()),
        Code.GENERATION_PROCESSED,
        "generation " + generation + " is not above 1000");
  }

  @Test
  void aSmallGenerationAboveTheMarkIsAcceptedFromAnybody() {
    assertThat(decide(bumpAt(1001), AGENT, observed())).isInstanceOf(Execute.class);
  }

  @Test
  void anAgentMayLeadTheClockByFiveSecondsAndNotByOneMillisecondMore() {
    assertThat(decide(bumpAt(GENERATION + 5000), AGENT, observed())).isInstanceOf(Execute.class);
    assertReject(
        decide(bumpAt(GENERATION + 5001), AGENT, observed()),
        Code.GENERATION_AHEAD,
        "more than 5 s ahead of the clock");
  }

  @Test
  void othersMayLeadTheClockByTenMinutesAndNotByOneMillisecondMore() {
    long latest = GENERATION + 600_000;
    for (Author author : List.of(OPERATOR, MANAGER)) {
      assertThat(decide(bumpAt(latest), author, observed())).isInstanceOf(Execute.class);
      assertReject(
          decide(bumpAt(latest + 1), author, observed()),
          Code.GENERATION_AHEAD,
          "more than 600 s ahead of the clock");
    }
  }

  @Test
  void theLargestGenerationIsRejectedFromEverybody() {
    for (Author author : List.of(OPERATOR, MANAGER, AGENT)) {
      assertReject(
          decide(bumpAt(CanonicalJson.MAX_INTEGER), author, observed()),
          Code.GENERATION_AHEAD,
          "ahead of the clock");
    }
  }

  @Test
  void theSuccessorOfAMarkThatLiesAheadIsAcceptedFromTheOperatorButNotFromAnAgent() {
    long mark = GENERATION + 3_600_000;
    Observed clockWasSetBack = Worlds.withMark(observed(), mark);

    assertThat(decide(bumpAt(mark + 1), OPERATOR, clockWasSetBack)).isInstanceOf(Execute.class);
    assertThat(decide(bumpAt(mark + 1), MANAGER, clockWasSetBack)).isInstanceOf(Execute.class);
    assertReject(
        decide(bumpAt(mark + 2), OPERATOR, clockWasSetBack), Code.GENERATION_AHEAD, "ahead");
    assertReject(decide(bumpAt(mark + 1), AGENT, clockWasSetBack), Code.GENERATION_AHEAD, "ahead");
  }

  // Author

  @Test
  void anAuthorNobodyVouchesForIsRejectedAndToldWhichAnnotationsAreMissing() {
    for (Author author :
        List.of(
            Author.of(null, null),
            Author.of("none", "alice"),
            Author.of("Operator", "alice"),
            Author.of("operator", ""),
            Author.of("operator", null),
            Author.of("operator", "a".repeat(513)),
            Author.of("manager ", "alice"))) {
      assertReject(decide(bump("768Mi"), author, observed()), Code.AUTHOR_UNKNOWN, "ops-intent-by");
    }
  }

  @Test
  void anAgentIsRejectedWhereAgentIntentsAreDeniedAndOthersAreNot() {
    Policy deny = policy(Policy.AgentIntents.DENY, Policy.Mode.ENFORCE);

    assertReject(
        Gate.decide(bump("768Mi"), AGENT, observed(), deny),
        Code.AGENT_DENIED,
        "spec.ops.agentIntents is Deny");
    assertThat(Gate.decide(bump("768Mi"), OPERATOR, observed(), deny)).isInstanceOf(Execute.class);
    assertThat(Gate.decide(bump("768Mi"), MANAGER, observed(), deny)).isInstanceOf(Execute.class);
  }

  @Test
  void anAgentMayNotClaimToAnswerAnEscalation() {
    Intent claim =
        new Intent(Action.BUMP_MEMORY, Map.of("target", "768Mi"), GENERATION, "me", "ops-1", null);

    assertReject(decide(claim, AGENT, observed()), Code.ESCALATION_CLAIMED, "escalationRef");
    assertThat(decide(claim, MANAGER, observed())).isInstanceOf(Execute.class);
  }

  // Life

  @ParameterizedTest
  @CsvSource({
    "DELETING, is being deleted",
    "PAUSED, remove the annotation claw.prismer.ai/paused",
    "SUSPENDED, set spec.suspend to false"
  })
  void aClawThatIsNotActiveIsLeftAloneWhoeverAsks(Life life, String reason) {
    assertReject(
        decide(bump("768Mi"), MANAGER, Worlds.with(observed(), life, null)),
        Code.NOT_ACTIVE,
        reason);
  }

  @Test
  void aSecondActionIsRejectedWhileOneIsInFlight() {
    assertReject(
        decide(bump("768Mi"), OPERATOR, Worlds.with(observed(), Life.ACTIVE, Action.RESTART_POD)),
        Code.BUSY,
        "restart-pod is still in progress on team-a/my-agent");
  }

  // Bounds of limits

  @ParameterizedTest
  @CsvSource({
    "512Mi, NOT_AN_INCREASE, not more than the current limit 512Mi",
    "511Mi, NOT_AN_INCREASE, limits are only raised",
    "1, NOT_AN_INCREASE, limits are only raised",
    "1025Mi, STEP_TOO_LARGE, more than twice the current limit 512Mi; at most 1Gi",
    "7Ei, STEP_TOO_LARGE, more than twice",
    "1e18, BAD_PARAMETER, plain amount",
    "-1, BAD_PARAMETER, plain amount",
    "0.5m, BAD_PARAMETER, thousandths",
    "'1Ki ', BAD_PARAMETER, plain amount",
    "'', BAD_PARAMETER, plain amount",
    "７68Mi, BAD_PARAMETER, plain amount",
  })
  void aMemoryTargetOutOfBoundsIsRejectedWithTheBound(String target, Code code, String reason) {
    assertReject(decide(bump(target), MANAGER, observed()), code, reason);
  }

  @Test
  void twiceTheCurrentLimitIsTheLastAllowedStep() {
    assertThat(decide(bump("1Gi"), AGENT, observed())).isInstanceOf(Execute.class);
    assertThat(decide(bump("536870913"), AGENT, observed())).isInstanceOf(Execute.class);
  }

  @Test
  void theMaximumOfTheSpecIsTheLastAllowedTarget() {
    Policy max = policy(Limits.of(768 * MI, 1200), EnumSet.allOf(Action.class));

    assertThat(Gate.decide(bump("768Mi"), AGENT, observed(), max)).isInstanceOf(Execute.class);
    assertReject(
        Gate.decide(bump("769Mi"), AGENT, observed(), max),
        Code.ABOVE_MAXIMUM,
        "memory target 769Mi is above spec.ops.maxMemory 768Mi");
    assertReject(
        Gate.decide(intent(Action.BUMP_CPU, "target", "1201m"), AGENT, observed(), max),
        Code.ABOVE_MAXIMUM,
        "cpu target 1201m is above spec.ops.maxCpu 1200m");
  }

  @Test
  void halfOfTheLargestNodeIsTheLastAllowedTarget() {
    Observed node = Worlds.withNode(observed(), Limits.of(1500 * MI, 8000));

    assertThat(decide(bump("750Mi"), MANAGER, node)).isInstanceOf(Execute.class);
    assertReject(decide(bump("751Mi"), MANAGER, node), Code.ABOVE_NODE, "largest schedulable node");
  }

  @Test
  void anUnknownNodeDoesNotStopHealingWhereTheOwnerSetABound() {
    Observed blind = Worlds.withNode(observed(), Limits.NONE);
    Policy max = policy(Limits.of(GI, 1000), EnumSet.allOf(Action.class));

    assertThat(Gate.decide(bump("1Gi"), OPERATOR, blind, max)).isInstanceOf(Execute.class);
  }

  @Test
  void withNeitherANodeNorABoundNothingSaysHowMuchIsTooMuch() {
    Observed blind = Worlds.withNode(observed(), Limits.NONE);

    assertReject(decide(bump("1Gi"), OPERATOR, blind), Code.NO_BOUND, "set spec.ops.maxMemory");
    assertReject(
        decide(intent(Action.BUMP_CPU, "target", "1100m"), MANAGER, blind),
        Code.NO_BOUND,
        "set spec.ops.maxCpu");
  }

  @Test
  void aTargetThatThePodsAreGettingAnywayIsRejected() {
    Observed rolling = observed(Limits.of(512 * MI, 1000), Limits.of(GI, 1000));

    assertReject(
        decide(bump("768Mi"), MANAGER, rolling),
        Code.NOT_AN_INCREASE,
        "which the pods are getting already");
  }

  @Test
  void aContainerWithoutALimitHasNoneToRaise() {
    Observed noMemory =
        observed(
            new Limits(OptionalLong.empty(), OptionalLong.of(1000)),
            new Limits(OptionalLong.empty(), OptionalLong.of(1000)));

    assertReject(
        decide(bump("768Mi"), MANAGER, noMemory),
        Code.NO_LIMIT,
        "set spec.resources.limits.memory");
  }

  @Test
  void aLimitThatCannotBeDoubledWithoutOverflowIsStillJudged() {
    long exbi = 1L << 60;
    Limits huge = Limits.of(5 * exbi, 1000);
    Observed blind = Worlds.withNode(observed(huge, huge), Limits.NONE);
    Policy max = policy(Limits.of(Long.MAX_VALUE, 1000), EnumSet.allOf(Action.class));

    assertThat(Gate.decide(bump("6Ei"), MANAGER, blind, max))
        .isEqualTo(new Execute(new Effect.SetMemory(5 * exbi, 6 * exbi)));
    assertReject(
        Gate.decide(bump("5Ei"), MANAGER, blind, max), Code.NOT_AN_INCREASE, "not more than");
  }

  // Parameters

  @Test
  void aMissingParameterIsNamed() {
    assertReject(
        decide(intent(Action.BUMP_MEMORY), MANAGER, observed()),
        Code.BAD_PARAMETER,
        "params.target is missing");
    assertReject(
        decide(intent(Action.SCALE_REPLICAS), MANAGER, observed()),
        Code.BAD_PARAMETER,
        "params.replicas is missing");
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void aParameterThatDoesNotBelongThereIsRejected(Action action) {
    assertReject(
        decide(intent(action, "image", "evil:latest"), MANAGER, observed()),
        Code.BAD_PARAMETER,
        action + " has no parameter \"image\"");
  }

  @Test
  void theUnknownParameterThatIsNamedDoesNotDependOnTheOrderOfTheMap() {
    for (int i = 0; i < 20; i++) {
      Map<String, String> params = new LinkedHashMap<>(Map.of("target", "768Mi"));
      params.put("z" + i, "1");
      params.put("b" + i, "1");
      params.put("k" + i, "1");

      assertReject(
          decide(
              new Intent(Action.BUMP_MEMORY, params, GENERATION, "test", null, null),
              MANAGER,
              observed()),
          Code.BAD_PARAMETER,
          "bump-memory has no parameter \"b" + i + '"');
    }
  }

  // Pods

  @Test
  void withoutANameTheFailingPodIsRestarted() {
    assertThat(decide(intent(Action.RESTART_POD), OPERATOR, observed()))
        .isEqualTo(new Execute(new Effect.RestartPod("my-agent-1", "pod-uid-1")));
  }

  @Test
  void withoutANameAndWithoutAFailingPodNothingIsRestarted() {
    assertReject(
        decide(
            intent(Action.RESTART_POD),
            OPERATOR,
            Worlds.withPods(observed(), List.of(new Observed.Pod("my-agent-0", "u", false)))),
        Code.NOT_OWN_POD,
        "no pod of team-a/my-agent is failing");
  }

  @ParameterizedTest
  @CsvSource({"other-0", "my-agent-2", "MY-AGENT-0", "''", "'my-agent-0 '", "../my-agent-0"})
  void aPodThatIsNotTheClawsOwnIsNeverRestarted(String pod) {
    assertReject(
        decide(intent(Action.RESTART_POD, "pod", pod), MANAGER, observed()),
        Code.NOT_OWN_POD,
        "none of the pods that belong to team-a/my-agent");
  }

  @Test
  void theStrategyThatClientsOfTheOriginalSendIsIgnored() {
    assertThat(decide(intent(Action.RESTART_POD, "strategy", "delete-oldest"), MANAGER, observed()))
        .isInstanceOf(Execute.class);
  }

  // Replicas

  @ParameterizedTest
  @CsvSource({
    "0, ABOVE_MAXIMUM, not between 1 and 10",
    "11, ABOVE_MAXIMUM, not between 1 and 10",
    "9999, ABOVE_MAXIMUM, not between 1 and 10",
    "-1, BAD_PARAMETER, whole number",
    "+1, BAD_PARAMETER, whole number",
    "1.0, BAD_PARAMETER, whole number",
    "1e1, BAD_PARAMETER, whole number",
    "٣, BAD_PARAMETER, whole number",
    "99999, BAD_PARAMETER, whole number",
    "'', BAD_PARAMETER, whole number",
  })
  void replicasOutOfRangeAreRejected(String replicas, Code code, String reason) {
    assertReject(
        decide(intent(Action.SCALE_REPLICAS, "replicas", replicas), MANAGER, observed()),
        code,
        reason);
  }

  @Test
  void aSingleWriterIsNeverScaled() {
    assertReject(
        decide(
            intent(Action.SCALE_REPLICAS, "replicas", "2"),
            MANAGER,
            Worlds.singleWriter(observed())),
        Code.SINGLE_WRITER,
        "only one pod may write");
  }

  // The end

  @ParameterizedTest
  @EnumSource(
      value = Action.class,
      names = {"BUMP_CPU", "ROLLOUT_RESTART", "SCALE_REPLICAS"})
  void anActionThisOperatorDoesNotCarryOutIsRejectedOnlyAfterItsBounds(Action action) {
    Policy two = policy(Limits.NONE, EnumSet.of(Action.BUMP_MEMORY, Action.RESTART_POD));
    Intent good =
        switch (action) {
          case BUMP_CPU -> intent(action, "target", "2");
          case SCALE_REPLICAS -> intent(action, "replicas", "3");
          default -> intent(action);
        };

    assertReject(
        Gate.decide(good, MANAGER, observed(), two),
        Code.NOT_EXECUTABLE,
        action + " is understood and within bounds, but this operator does not carry it out");
    assertReject(
        Gate.decide(intent(Action.BUMP_CPU, "target", "5"), MANAGER, observed(), two),
        Code.STEP_TOO_LARGE,
        "at most 2 in one step");
  }

  @Test
  void whoOnlyObservesIsToldWhatWouldHaveBeenDone() {
    Policy observe = policy(Policy.AgentIntents.AUTO, Policy.Mode.OBSERVE);

    assertThat(Gate.decide(bump("768Mi"), AGENT, observed(), observe))
        .isEqualTo(new WouldExecute(new Effect.SetMemory(512 * MI, 768 * MI)));
    assertReject(
        Gate.decide(bump("2Gi"), AGENT, observed(), observe), Code.STEP_TOO_LARGE, "twice");
  }

  @Test
  void theFirstFailedCheckOfTheOrderIsTheAnswer() {
    Intent wrongInEveryWay =
        new Intent(Action.SCALE_REPLICAS, Map.of("x", "y"), 1000, "me", "ops-1", null);
    Observed deleting = Worlds.with(observed(), Life.DELETING, Action.BUMP_MEMORY);
    Policy nothing = policy(Limits.NONE, EnumSet.noneOf(Action.class));
    Author nobody = Author.of(null, null);

    assertReject(
        Gate.decide(wrongInEveryWay, nobody, deleting, nothing),
        Code.GENERATION_PROCESSED,
        "last one processed");
    Intent fresh = new Intent(Action.SCALE_REPLICAS, Map.of("x", "y"), 1001, "me", "ops-1", null);
    assertReject(Gate.decide(fresh, nobody, deleting, nothing), Code.AUTHOR_UNKNOWN, "vouches");
    assertReject(Gate.decide(fresh, MANAGER, deleting, nothing), Code.NOT_ACTIVE, "deleted");
    assertReject(
        Gate.decide(fresh, MANAGER, observed(), nothing), Code.BAD_PARAMETER, "no parameter");
  }

  private static Decision decide(Intent intent, Author author, Observed observed) {
    return Gate.decide(intent, author, observed, policy());
  }

  private static Intent bump(String target) {
    return intent(Action.BUMP_MEMORY, "target", target);
  }

  private static Intent bumpAt(long generation) {
    return new Intent(
        Action.BUMP_MEMORY, Map.of("target", "768Mi"), generation, "test", null, null);
  }

  private static Intent intent(Action action, String... params) {
    return new Intent(
        action,
        params.length == 0 ? Map.of() : Map.of(params[0], params[1]),
        GENERATION,
        "test",
        null,
        null);
  }

  private static void assertReject(Decision decision, Code code, String reason) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.code()).isEqualTo(code);
              assertThat(reject.reason()).contains(reason);
            });
  }
}
