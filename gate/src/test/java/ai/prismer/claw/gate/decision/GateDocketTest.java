package ai.prismer.claw.gate.decision;

import static ai.prismer.claw.gate.decision.Worlds.AGENT;
import static ai.prismer.claw.gate.decision.Worlds.CLAW;
import static ai.prismer.claw.gate.decision.Worlds.COMPANION;
import static ai.prismer.claw.gate.decision.Worlds.MANAGER;
import static ai.prismer.claw.gate.decision.Worlds.MI;
import static ai.prismer.claw.gate.decision.Worlds.NOW;
import static ai.prismer.claw.gate.decision.Worlds.OPERATOR;
import static ai.prismer.claw.gate.decision.Worlds.observed;
import static ai.prismer.claw.gate.decision.Worlds.policy;
import static ai.prismer.claw.gate.decision.Worlds.withBrakes;
import static ai.prismer.claw.gate.decision.Worlds.withDocket;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Decision.Execute;
import ai.prismer.claw.gate.decision.Decision.Hold;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Docket.Case;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whom the gate takes for the agent, for a companion, and for somebody whose word was given. */
class GateDocketTest {
  private static final String REF = "my-agent-ops-1";
  private static final Effect RAISE = new Effect.SetMemory(512 * MI, 768 * MI);
  private static final Instant LATER = NOW.plus(Duration.ofMinutes(5));

  // The agent

  @ParameterizedTest
  @EnumSource(Policy.AgentIntents.class)
  void whoIsOfClassLlmAndNotTheClawsOwnAccountIsNotItsAgent(Policy.AgentIntents intents) {
    Author other = new Author(AuthorClass.LLM, "system:serviceaccount:team-a:my-agent-2");

    assertReject(
        Gate.decide(raise(null), other, observed(), policy(intents, Policy.Mode.ENFORCE)),
        Code.NOT_THE_AGENT,
        "only system:serviceaccount:team-a:my-agent may ask as the agent of team-a/my-agent");
  }

  @Test
  void anAgentThatNeedsApprovalIsHeldWithItsEffectSpelledOut() {
    Policy approve = policy(Policy.AgentIntents.APPROVE, Policy.Mode.ENFORCE);

    assertThat(Gate.decide(raise(null), AGENT, observed(), approve)).isEqualTo(new Hold(RAISE));
    assertThat(Gate.decide(raise(null), MANAGER, observed(), approve))
        .isEqualTo(new Execute(RAISE));
    assertThat(Gate.decide(raise(null), OPERATOR, observed(), approve))
        .isEqualTo(new Execute(RAISE));
  }

  @Test
  void whatIsHeldIsWithinEveryBoundOrRefused() {
    Policy approve = policy(Policy.AgentIntents.APPROVE, Policy.Mode.ENFORCE);

    assertReject(
        Gate.decide(raise("2Gi", null), AGENT, observed(), approve), Code.STEP_TOO_LARGE, "twice");
  }

  @Test
  void anAgentThatNeedsApprovalIsHeldInObserveModeToo() {
    Policy observe = policy(Policy.AgentIntents.APPROVE, Policy.Mode.OBSERVE);

    assertThat(Gate.decide(raise(null), AGENT, observed(), observe)).isEqualTo(new Hold(RAISE));
  }

  @Test
  void oneProposalOfAClawWaitsAtATime() {
    Policy approve = policy(Policy.AgentIntents.APPROVE, Policy.Mode.ENFORCE);
    Observed waiting = withDocket(observed(), new Docket(AGENT.name(), "my-agent-ops-0", null));

    assertReject(
        Gate.decide(raise(null), AGENT, waiting, approve),
        Code.HOLD_PENDING,
        "waits for a person already, in escalation my-agent-ops-0");
    assertThat(Gate.decide(raise(null), MANAGER, waiting, approve)).isEqualTo(new Execute(RAISE));
  }

  // A companion

  @ParameterizedTest
  @EnumSource(Policy.AgentIntents.class)
  void aCompanionsAnswerInTimeAlwaysWaitsForAPerson(Policy.AgentIntents intents) {
    assertThat(
            Gate.decide(
                raise(REF),
                COMPANION,
                withDocket(observed(), docket(analyzing())),
                policy(intents, Policy.Mode.ENFORCE)))
        .isEqualTo(new Hold(RAISE));
  }

  @Test
  void aCompanionWithoutAnEscalationIsRefused() {
    assertReject(
        Gate.decide(raise(null), COMPANION, withDocket(observed(), docket(analyzing())), policy()),
        Code.NOT_THE_AGENT,
        "escalationRef");
  }

  @Test
  void aCompanionThatNamesAnEscalationThereIsNotOrOfAnotherClawIsRefused() {
    Case foreign = new Case(REF, "uid-2", "Analyzing", COMPANION.name(), LATER, null, null);
    Case misnamed = new Case("x", CLAW.uid(), "Analyzing", COMPANION.name(), LATER, null, null);
    for (Case named : new @Nullable Case[] {null, foreign, misnamed}) {
      assertReject(
          Gate.decide(raise(REF), COMPANION, withDocket(observed(), docket(named)), policy()),
          Code.ESCALATION_UNKNOWN,
          "there is no escalation \"my-agent-ops-1\" of team-a/my-agent");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Pending, system:serviceaccount:ops:companion",
    "Proposed, system:serviceaccount:ops:companion",
    "AwaitingApproval, system:serviceaccount:ops:companion",
    "Approved, system:serviceaccount:ops:companion",
    "Executed, system:serviceaccount:ops:companion",
    "Rejected, system:serviceaccount:ops:companion",
    "Analyzing, system:serviceaccount:ops:other",
    "Analyzing, ",
  })
  void aCompanionIsHeardOnlyAboutWhatIsAnalyzedByIt(String phase, @Nullable String assignedTo) {
    Case named = new Case(REF, CLAW.uid(), phase, assignedTo, LATER, null, null);

    assertReject(
        Gate.decide(raise(REF), COMPANION, withDocket(observed(), docket(named)), policy()),
        Code.NOT_ASSIGNED,
        "is " + phase);
  }

  @Test
  void aCompanionThatAnswersAtTheDeadlineOrWhereThereIsNoneIsLate() {
    for (Instant deadline : new @Nullable Instant[] {NOW, NOW.minusMillis(1), null}) {
      Case named = new Case(REF, CLAW.uid(), "Analyzing", COMPANION.name(), deadline, null, null);
      assertReject(
          Gate.decide(raise(REF), COMPANION, withDocket(observed(), docket(named)), policy()),
          Code.DEADLINE_PASSED,
          "the time for this answer");
    }
  }

  @Test
  void aCompanionSpendsNothingOfWhatIsKeptForRules() {
    Observed spent =
        withDocket(withBrakes(observed(), new Brakes(3, NOW, NOW, false)), docket(analyzing()));

    assertReject(
        Gate.decide(raise(REF), COMPANION, spent, policy()), Code.BUDGET_SPENT, "kept for rules");
  }

  // What was approved

  @Test
  void whatAPersonApprovedIsExecutedInTheOperatorsName() {
    assertThat(
            Gate.decide(raise(REF), OPERATOR, withDocket(observed(), docket(approved())), policy()))
        .isEqualTo(new Execute(RAISE));
  }

  @Test
  void anythingElseThanWhatWasApprovedIsRefused() {
    Observed world = withDocket(observed(), docket(approved()));

    assertReject(
        Gate.decide(raise("769Mi", REF), OPERATOR, world, policy()),
        Code.NOT_APPROVED,
        "not the action it is about");
  }

  @ParameterizedTest
  @CsvSource({"Proposed", "AwaitingApproval", "Analyzing", "Rejected", "Executed", "Failed"})
  void whatIsNotApprovedIsNotExecutedThoughTheDigestFits(String phase) {
    Case named = new Case(REF, CLAW.uid(), phase, null, LATER, digest(), "alice");

    assertReject(
        Gate.decide(raise(REF), OPERATOR, withDocket(observed(), docket(named)), policy()),
        Code.NOT_APPROVED,
        "is " + phase);
  }

  @Test
  void whatNobodyPutTheirNameToIsNotExecuted() {
    Case named = new Case(REF, CLAW.uid(), "Approved", null, LATER, digest(), null);

    assertReject(
        Gate.decide(raise(REF), OPERATOR, withDocket(observed(), docket(named)), policy()),
        Code.NOT_APPROVED,
        "only an approved action");
  }

  @Test
  void anApprovalThatWasNotUsedInTimeIsOver() {
    Case named = new Case(REF, CLAW.uid(), "Approved", null, NOW, digest(), "alice");

    assertReject(
        Gate.decide(raise(REF), OPERATOR, withDocket(observed(), docket(named)), policy()),
        Code.DEADLINE_PASSED,
        "ended at");
  }

  @Test
  void anApprovedActionPassesBoundsAndBudgetOfItsOwnMoment() {
    Observed grown =
        withDocket(
            observed(Limits.of(768 * MI, 1000), Limits.of(768 * MI, 1000)), docket(approved()));
    Observed spent =
        withDocket(withBrakes(observed(), new Brakes(3, NOW, NOW, false)), docket(approved()));

    assertReject(Gate.decide(raise(REF), OPERATOR, grown, policy()), Code.NOT_AN_INCREASE, "768Mi");
    assertReject(
        Gate.decide(raise(REF), OPERATOR, spent, policy()), Code.BUDGET_SPENT, "kept for rules");
    assertThat(Gate.decide(raise(null), OPERATOR, spent, policy())).isEqualTo(new Execute(RAISE));
  }

  @Test
  void theDigestOfAnActionIsTheSameForEveryGenerationAndAnotherForEveryClaw() {
    Intent one = raise(null);
    Intent again =
        new Intent(Action.BUMP_MEMORY, one.params(), 7, "operator", REF, "approved by alice");

    assertThat(again.actionDigest("uid-1")).isEqualTo(one.actionDigest("uid-1"));
    assertThat(one.actionDigest("uid-2")).isNotEqualTo(one.actionDigest("uid-1"));
    assertThat(one.actionDigest("uid-1").hex())
        .as("sha256sum of {\"action\":…,\"clawUid\":…,\"params\":…}")
        .isEqualTo("8d8b19ecf2ee1b66afe1b2356907cdb8c39e6ff8e14730e807aff43206188050");
  }

  private static Docket docket(@Nullable Case named) {
    return new Docket(AGENT.name(), null, named);
  }

  private static Case analyzing() {
    return new Case(REF, CLAW.uid(), "Analyzing", COMPANION.name(), LATER, null, null);
  }

  private static Case approved() {
    return new Case(REF, CLAW.uid(), "Approved", null, LATER, digest(), "alice");
  }

  private static String digest() {
    return raise(null).actionDigest(CLAW.uid()).hex();
  }

  private static Intent raise(@Nullable String ref) {
    return raise("768Mi", ref);
  }

  private static Intent raise(String target, @Nullable String ref) {
    return new Intent(
        Action.BUMP_MEMORY, Map.of("target", target), NOW.toEpochMilli(), "test", ref, null);
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
