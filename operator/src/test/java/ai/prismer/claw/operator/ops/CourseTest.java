package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static ai.prismer.claw.operator.ops.Scenes.OPERATOR;
import static ai.prismer.claw.operator.ops.Scenes.sight;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Refusals;
import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.receipt.Draft;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The way of an intent, step by step, without a cluster. */
class CourseTest {
  private static final Course COURSE = new Course(OPERATOR, sight -> List.of());
  private static final String AGENT = "system:serviceaccount:team-a:agent";
  private static final Ruling RULING = new Ruling(OPERATOR);
  private static final Pod HEALTHY = Scenes.ready("p1", "64Mi");
  private static final Pod KILLED =
      Scenes.killed("p1", "64Mi", "runtime", NOW.minusSeconds(1), NOW.minusSeconds(60));

  private static Step decide(Sight sight) {
    return RULING.decide(sight, Ceilings.NONE, 7, null);
  }

  private static OpsStatus stored(Step step) {
    assertThat(step).isInstanceOf(Step.Store.class);
    return ((Step.Store) step).next();
  }

  private static InFlight flight(OpsStatus ops) {
    return Objects.requireNonNull(ops.inFlight());
  }

  private static Draft owed(OpsStatus ops) {
    return Draft.parse(Objects.requireNonNull(ops.outbox()).record());
  }

  /** The state after both kills are stored. */
  private static Claw counted() {
    return Scenes.with(Scenes.claw(), stored(COURSE.next(sight(Scenes.claw(), "64Mi", KILLED))));
  }

  private static String intent(String action, String params, long generation) {
    return "{\"action\":\"%s\",\"params\":%s,\"generation\":%d,\"source\":\"test\"}"
        .formatted(action, params, generation);
  }

  private static String restart(long offset) {
    return intent("restart-pod", "{\"pod\":\"agent-0\"}", NOW.toEpochMilli() + offset);
  }

  @Test
  void aHealthyClawCostsNothing() {
    assertThat(COURSE.next(sight(Scenes.claw(), "64Mi", HEALTHY))).isEqualTo(new Step.Rest(null));
  }

  @Test
  void killsAreStoredFirstAndCountedThen() {
    Step step = COURSE.next(sight(Scenes.claw(), "64Mi", KILLED));

    assertThat(stored(step).recentSignals()).hasSize(2);
    assertThat(((Step.Store) step).notices()).hasSize(2);
    assertThat(COURSE.next(sight(counted(), "64Mi", KILLED))).isEqualTo(new Step.Decide());
  }

  @Test
  void oneKillMovesNothing() {
    Pod once = Scenes.killed("p1", "64Mi", "runtime", NOW);
    Claw claw = Scenes.with(Scenes.claw(), stored(COURSE.next(sight(Scenes.claw(), "64Mi", once))));

    assertThat(COURSE.next(sight(claw, "64Mi", once))).isEqualTo(new Step.Rest(null));
  }

  @Test
  void aRuleAsksThroughTheAnnotationLikeEverybodyElse() {
    assertThat(decide(sight(counted(), "64Mi", KILLED)))
        .isInstanceOfSatisfying(
            Step.Ask.class,
            ask -> {
              assertThat(ask.intent().params()).containsEntry("target", "96Mi");
              assertThat(ask.intent().generation()).isEqualTo(NOW.toEpochMilli());
            });
  }

  @Test
  void whatARuleAsksIsAnnouncedWithAdjustmentMemoryAndReceiptInOneUpdate() {
    OpsStatus ops = stored(decide(asked()));

    assertThat(flight(ops).stage()).isEqualTo("Acting");
    assertThat(flight(ops).before()).isEqualTo("64Mi");
    assertThat(flight(ops).podUid()).as("no pod is named: it may be resized").isNull();
    assertThat(flight(ops).rule()).isEqualTo("oom-bump-memory");
    assertThat(flight(ops).escalation())
        .isEqualTo("agent-ops-" + Long.toString(NOW.toEpochMilli(), 36));
    assertThat(ops.adjustments()).singleElement().extracting("value").isEqualTo("96Mi");
    assertThat(ops.rules()).singleElement().extracting("streak").isEqualTo(1);
    assertThat(ops.lastIntentGeneration()).as("the mark moves after the action").isNull();
    assertThat(Objects.requireNonNull(ops.outbox()).index()).isEqualTo(7);
    assertThat(owed(ops).decision()).isEqualTo("Execute");
  }

  @Test
  void anAnnouncedActionIsWaitedForUntilNoPodHasTheOldLimit() {
    Claw claw = Scenes.with(Scenes.claw(), stored(decide(asked())));

    assertThat(COURSE.next(sight(claw, "64Mi", KILLED))).isInstanceOf(Step.Rest.class);
    assertThat(COURSE.next(sight(claw, "96Mi", KILLED))).isInstanceOf(Step.Rest.class);
    OpsStatus ops = stored(COURSE.next(sight(claw, "96Mi")));
    assertThat(flight(ops).stage()).isEqualTo("Verifying");
    assertThat(ops.lastIntentGeneration()).isEqualTo(NOW.toEpochMilli());
    assertThat(ops.outbox()).as("the receipt is still owed").isNotNull();
  }

  @Test
  void anActionThatCannotBeCarriedOutIsGivenUpAtTheDeadline() {
    Claw claw = Scenes.with(Scenes.claw(), stored(decide(asked())));
    Sight late = Scenes.at(sight(claw, "64Mi", HEALTHY), NOW.plusSeconds(360));

    OpsStatus ops = stored(COURSE.next(late));

    assertThat(flight(ops).stage()).isEqualTo("Verifying");
    assertThat(((Step.Store) COURSE.next(late)).notices()).as("nothing was applied").isEmpty();
    assertThat(COURSE.next(late.with(Scenes.with(Scenes.claw(), paid(ops)))))
        .isEqualTo(new Step.Decide());
    OpsStatus closing = stored(decide(late.with(Scenes.with(Scenes.claw(), paid(ops)))));
    assertThat(flight(closing).result()).isEqualTo("Undone");
    assertThat(closing.adjustments()).isEmpty();
  }

  @Test
  void aDebtIsPaidBeforeAnythingElseIsDecided() {
    OpsStatus verifying =
        stored(COURSE.next(sight(Scenes.with(Scenes.claw(), stored(decide(asked()))), "96Mi")));
    Claw claw =
        Scenes.withIntent(Scenes.with(Scenes.claw(), verifying), restart(5), "alice", "manager");

    assertThat(COURSE.next(sight(claw, "96Mi"))).isEqualTo(new Step.Publish());
  }

  @Test
  void theUndoOfARaiseMovesTheMarkSoThatNobodyAppliesItAgain() {
    OpsStatus verifying =
        stored(COURSE.next(sight(Scenes.with(Scenes.claw(), stored(decide(asked()))), "96Mi")));
    Sight late =
        Scenes.at(
            sight(
                Scenes.with(Scenes.claw(), paid(verifying)),
                "96Mi",
                Scenes.unschedulable("p2", "96Mi")),
            NOW.plusSeconds(61));

    assertThat(COURSE.next(late)).isEqualTo(new Step.Decide());
    OpsStatus closing = stored(decide(late));

    assertThat(flight(closing).result()).isEqualTo("Undone");
    assertThat(closing.adjustments()).isEmpty();
    assertThat(closing.lastIntentGeneration()).isEqualTo(NOW.toEpochMilli() + 1);
    assertThat(owed(closing).result()).isEqualTo("Undone");
  }

  @Test
  void anIntentThatWasProcessedIsClearedWithoutAWord() {
    Claw claw = Scenes.withIntent(Scenes.claw(), restart(0), "alice", "manager");
    String digest = IntentParser.parse(restart(0)).digest().hex();
    Scenes.with(claw, OpsEdit.of(OpsStatus.EMPTY).mark(NOW.toEpochMilli(), digest).done());

    assertThat(COURSE.next(sight(claw, "64Mi", HEALTHY))).isEqualTo(new Step.Clear(List.of()));
  }

  @Test
  void aManagersRestartRemovesExactlyThePodThatWasJudged() {
    Claw claw = Scenes.withIntent(Scenes.claw(), restart(0), "alice", "manager");
    Scenes.with(claw, stored(decide(sight(claw, "64Mi", HEALTHY))));

    assertThat(COURSE.next(sight(claw, "64Mi", HEALTHY)))
        .isInstanceOfSatisfying(
            Step.Remove.class,
            remove -> {
              assertThat(Pods.uid(remove.pod())).isEqualTo("p1");
              assertThat(flight(remove.done().next()).stage()).isEqualTo("Verifying");
            });
    assertThat(flight(stored(COURSE.next(sight(claw, "64Mi", Scenes.ready("p2", "64Mi"))))).stage())
        .as("its successor is left alone")
        .isEqualTo("Verifying");
  }

  @Test
  void aRefusalCountsAndOwesAReceiptAndTouchesNothingElse() {
    Claw claw =
        Scenes.withIntent(
            Scenes.claw(),
            intent("bump-memory", "{\"target\":\"1Gi\"}", NOW.toEpochMilli()),
            "alice",
            "manager");

    OpsStatus ops = stored(decide(sight(claw, "64Mi", HEALTHY)));

    assertThat(ops.refusals()).extracting(Refusals::total).isEqualTo(1L);
    assertThat(owed(ops).result()).isEqualTo("step-too-large");
    assertThat(ops.inFlight()).isNull();
    assertThat(ops.adjustments()).isNull();
    assertThat(ops.lastIntentGeneration()).isNull();
  }

  @Test
  void theSameRefusedIntentAgainIsOnlyRemoved() {
    Claw claw = Scenes.withIntent(Scenes.claw(), "{}", "alice", "manager");
    Scenes.with(claw, OpsEdit.of(stored(decide(sight(claw, "64Mi")))).outbox(null).done());

    assertThat(decide(sight(claw, "64Mi"))).isInstanceOf(Step.Clear.class);
  }

  @Test
  void withoutProofOfConfinementNobodysWordCountsButWhatRulesAskIsDone() {
    Sight manager =
        Scenes.unconfined(
            sight(
                Scenes.withIntent(Scenes.claw(), restart(0), "alice", "manager"), "64Mi", HEALTHY));
    Sight operator =
        Scenes.unconfined(
            sight(
                Scenes.withIntent(Scenes.claw(), restart(0), OPERATOR, "operator"),
                "64Mi",
                HEALTHY));

    assertThat(owed(stored(decide(manager))).result()).isEqualTo(Code.AUTHOR_UNKNOWN.id());
    assertThat(owed(stored(decide(operator))).result()).isEqualTo(Code.AUTHOR_UNKNOWN.id());
    assertThat(owed(stored(decide(Scenes.unconfined(asked())))).decision()).isEqualTo("Execute");
  }

  @Test
  void anotherUserNameThatClaimsToBeTheOperatorIsNobody() {
    Sight forged =
        sight(Scenes.withIntent(Scenes.claw(), restart(0), "mallory", "operator"), "64Mi", HEALTHY);

    assertThat(owed(stored(decide(forged))).result()).isEqualTo(Code.AUTHOR_UNKNOWN.id());
  }

  @Test
  void anAgentIsHeardOnlyWhereItsOwnerAllowsItAndIsConfined() {
    Claw allowed = Scenes.claw("{maxMemory: 256Mi, agentIntents: Auto}");
    Claw denied = Scenes.claw();
    for (Claw claw : List.of(allowed, denied)) {
      Scenes.withIntent(claw, restart(0), AGENT, "llm");
    }

    assertThat(owed(stored(decide(sight(allowed, "64Mi", HEALTHY)))).decision())
        .isEqualTo("Execute");
    assertThat(owed(stored(decide(sight(denied, "64Mi", HEALTHY)))).result())
        .isEqualTo(Code.AGENT_DENIED.id());
    assertThat(owed(stored(decide(Scenes.unconfined(sight(allowed, "64Mi", HEALTHY))))).result())
        .isEqualTo(Code.AUTHOR_UNKNOWN.id());
  }

  @Test
  void whoMayPatchTheClawIsNotThereforeItsAgent() {
    Claw claw = Scenes.claw("{maxMemory: 256Mi, agentIntents: Auto}");
    Scenes.withIntent(claw, restart(0), "system:serviceaccount:team-a:other", "llm");

    assertThat(owed(stored(decide(sight(claw, "64Mi", HEALTHY)))).result())
        .isEqualTo(Code.NOT_THE_AGENT.id());
  }

  @Test
  void whatWaitsForAPersonLeavesMarkProposalAndReceiptAndNothingInFlight() {
    Claw claw = Scenes.claw("{maxMemory: 256Mi, agentIntents: Approve}");
    Scenes.withIntent(claw, restart(0), AGENT, "llm");

    OpsStatus ops = stored(decide(sight(claw, "64Mi", HEALTHY)));

    assertThat(owed(ops).decision()).isEqualTo("Hold");
    assertThat(ops.inFlight()).isNull();
    assertThat(ops.adjustments()).isNull();
    assertThat(ops.recentActions()).isNull();
    assertThat(ops.held())
        .returns("restart-pod", held -> held.action())
        .returns(Map.of("pod", "agent-0"), held -> held.params())
        .returns(AGENT, held -> held.author());
  }

  @Test
  void aSignalThatNoRuleIsForEndsInOneEscalationWhileThatIsOpen() {
    Pod killed = Scenes.killed("p1", "64Mi", "sidecar", NOW.minusSeconds(1));
    Claw claw = Scenes.claw();
    Scenes.with(claw, stored(COURSE.next(sight(claw, "64Mi", killed))));
    List<ClawOpsEscalation> known = new ArrayList<>();
    Course course = new Course(OPERATOR, sight -> known);

    Step first = course.next(sight(claw, "64Mi", killed));

    assertThat(first)
        .isInstanceOfSatisfying(
            Step.Escalate.class,
            escalate -> {
              assertThat(escalate.incident().trigger().type()).isEqualTo("OOMKilled");
              assertThat(escalate.incident().trigger().container()).isEqualTo("sidecar");
              assertThat(escalate.incident().severity()).hasToString("High");
              ClawOpsEscalation open = new ClawOpsEscalation();
              open.setSpec(escalate.incident());
              open.getMetadata().setName("opened-by-another-edge");
              known.add(open);
            });
    assertThat(course.next(sight(claw, "64Mi", killed))).isInstanceOf(Step.Rest.class);
  }

  @Test
  void aRuleThatCannotActIsRecordedOnceAndThenCoolsDown() {
    Claw full = Scenes.with(Scenes.claw("{maxMemory: 64Mi}"), OpsEdit.present(counted()));

    OpsStatus ops = stored(decide(sight(full, "64Mi", KILLED)));

    assertThat(owed(ops).result()).isEqualTo(Code.ABOVE_MAXIMUM.id());
    assertThat(owed(ops).rule()).contains("oom-bump-memory");
    assertThat(ops.rules()).hasSize(1);
    assertThat(ops.refusals()).as("nobody submitted anything").isNull();
    Scenes.with(full, OpsEdit.of(ops).outbox(null).done());
    assertThat(COURSE.next(sight(full, "64Mi", KILLED))).isEqualTo(new Step.Rest(null));
  }

  @Test
  void aPausedClawIsLeftAloneButKeepsNoIntent() {
    Claw paused = counted();
    paused.getMetadata().getAnnotations().put(Keys.PAUSED, "true");

    assertThat(COURSE.next(sight(paused, "64Mi", KILLED))).isEqualTo(new Step.Rest(null));
    Scenes.withIntent(paused, restart(0), "alice", "manager");
    assertThat(owed(stored(decide(sight(paused, "64Mi", KILLED)))).result())
        .isEqualTo(Code.NOT_ACTIVE.id());
  }

  /** What is seen once the rule's intent stands in the annotation. */
  private static Sight asked() {
    Sight sight = sight(counted(), "64Mi", KILLED);
    Step.Ask ask = (Step.Ask) decide(sight);
    Claw claw =
        Scenes.withIntent(
            counted(),
            new String(ask.intent().canonical(), StandardCharsets.UTF_8),
            OPERATOR,
            "operator");
    return sight(claw, "64Mi", KILLED);
  }

  /** The state after the receipt of the decision is in the log. */
  private static OpsStatus paid(OpsStatus ops) {
    return OpsEdit.of(ops).outbox(null).inFlight(Stage.recorded(flight(ops), 7)).done();
  }
}
