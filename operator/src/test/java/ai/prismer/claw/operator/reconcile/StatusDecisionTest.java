package ai.prismer.claw.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Violation;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.api.status.RuntimeStatus;
import ai.prismer.claw.operator.model.Claws;
import ai.prismer.claw.operator.rollout.PodState;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusDecisionTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");
  private static final PodState READY = pod(true, true, false, "NotReady");
  private static final PodState STARTING = pod(true, false, false, "NotReady");
  private static final PodState OUTDATED = pod(false, true, false, "NotReady");
  private static final PodState CRASHING = pod(true, false, true, "CrashLoopBackOff");

  @Test
  void runningMeansReady() {
    ClawStatus status = decide(new Scene().pods(READY));

    assertThat(status.phase()).isEqualTo(Phase.Running);
    assertThat(condition(status, "Ready").status()).isEqualTo("True");
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(status.runtime()).isEqualTo(new RuntimeStatus("image:1", null));
  }

  @ParameterizedTest(name = "from {0} without a ready pod: {1}")
  @CsvSource({
    "null, Provisioning",
    "Pending, Provisioning",
    "Provisioning, Provisioning",
    "Suspended, Provisioning",
    "Failed, Provisioning",
    "Running, Degraded",
    "Degraded, Degraded",
    "Updating, Updating",
  })
  void withoutAReadyPodThePhaseDependsOnWhatWasBefore(String before, Phase phase) {
    Scene scene = new Scene().pods(STARTING);
    if (!before.equals("null")) {
      scene.claw = Claws.of("spec: {runtime: openclaw}\nstatus: {phase: " + before + "}\n");
    }

    assertThat(decide(scene).phase()).isEqualTo(phase);
  }

  @Test
  void aCrashLoopIsDegradedAlsoOnTheFirstStart() {
    ClawStatus status = decide(new Scene().pods(CRASHING));

    assertThat(status.phase()).isEqualTo(Phase.Degraded);
    assertThat(condition(status, "Ready").reason()).isEqualTo("CrashLoopBackOff");
  }

  @Test
  void untilWhenAnAgentWasReadyIsKeptUntilItIsReadyAgain() {
    Scene scene = new Scene().pods(STARTING);
    assertThat(readyUntil(decide(scene))).as("it never was").isNull();

    scene.claw.setStatus(decide(new Scene().pods(READY)));
    ClawStatus down = decide(scene);
    assertThat(readyUntil(down)).isEqualTo("2026-01-01T00:00:00Z");

    scene.claw.setStatus(down);
    assertThat(StatusDecision.decide(scene.facts(), NOW.plusSeconds(60))).isEqualTo(down);
    assertThat(readyUntil(decide(scene.pods(READY)))).isNull();
  }

  private static @Nullable String readyUntil(ClawStatus status) {
    return Objects.requireNonNull(status.runtime()).readyUntil();
  }

  @Test
  void anOutdatedPodIsUpdatingEvenWhileItIsReady() {
    ClawStatus status = decide(new Scene().pods(OUTDATED));

    assertThat(status.phase()).isEqualTo(Phase.Updating);
    assertThat(condition(status, "RuntimeReady").reason()).isEqualTo("Updating");
  }

  @Test
  void aViolationIsFailedAndSaysFieldValueAndWhatIsAllowed() {
    Scene scene = new Scene();
    scene.violations = List.of(new Violation("spec.x", "\"y\"", "write z"));

    ClawStatus status = decide(scene);

    assertThat(status.phase()).isEqualTo(Phase.Failed);
    assertThat(condition(status, "Reconciled").message()).contains("spec.x", "\"y\"", "write z");
    assertThat(status.conditions()).noneMatch(found -> found.type().equals("RuntimeReady"));
  }

  @Test
  void howChannelsStandIsKeptWhileASpecCannotBeCarriedOut() {
    ChannelState state = ChannelState.of("web", ChannelReadiness.Ready, null);
    Scene scene = new Scene().pods(READY);
    assertThat(decide(scene).channels()).as("of a Claw without channels").isNull();

    scene.channels = new ChannelsSeen(List.of(), List.of(state));
    ClawStatus before = decide(scene);
    assertThat(before.channels()).containsExactly(state);

    scene.claw.setStatus(before);
    scene.channels =
        new ChannelsSeen(
            List.of(), List.of(ChannelState.of("web", ChannelReadiness.NotReady, "unknown")));
    scene.violations = List.of(new Violation("spec.x", "\"y\"", "write z"));
    assertThat(decide(scene).channels()).containsExactly(state);
  }

  @Test
  void aClawThatCannotEvenBeReadIsFailed() {
    Scene scene = new Scene();
    scene.claw.setSpec(null);
    scene.violations = List.of(new Violation("spec.runtime", "nothing", "name a runtime"));

    assertThat(decide(scene).phase()).isEqualTo(Phase.Failed);
  }

  @Test
  void missingCredentialsArePendingAndTheFirstReasonAPersonCanActOn() {
    Scene scene = new Scene();
    scene.workload = false;
    scene.credentials = ConditionDraft.fails("CredentialsReady", "SecretNotFound", "create it");

    ClawStatus status = decide(scene);

    assertThat(status.phase()).isEqualTo(Phase.Pending);
    assertThat(condition(status, "Ready").reason()).isEqualTo("SecretNotFound");
    assertThat(condition(status, "Ready").message()).isEqualTo("create it");
  }

  @Test
  void anAccountThatHoldsTooMuchIsPending() {
    Scene scene = new Scene();
    scene.podAllowed = false;
    scene.confinement = List.of(ConditionDraft.fails("LeastPrivilege", "HoldsTooMuch", "less"));

    assertThat(decide(scene).phase()).isEqualTo(Phase.Pending);
  }

  @Test
  void missingProofOfConfinementDoesNotMakeAnAgentUnready() {
    Scene scene = new Scene().pods(READY);
    scene.confinement = List.of(ConditionDraft.fails("ConfinementEnforced", "NotProven", "-"));

    ClawStatus status = decide(scene);

    assertThat(status.phase()).isEqualTo(Phase.Running);
    assertThat(condition(status, "ConfinementEnforced").status()).isEqualTo("False");
  }

  @Test
  void aFailedStepIsNamedAndAReadyPodIsThenDegraded() {
    Scene scene = new Scene().pods(READY);
    scene.failures = List.of(new Failure("Service my-agent", "FieldConflict", "alice", false));

    ClawStatus status = decide(scene);

    assertThat(status.phase()).isEqualTo(Phase.Degraded);
    assertThat(condition(status, "Reconciled").message()).isEqualTo("step Service my-agent: alice");
  }

  @Test
  void aPausedAgentThatRunsIsRunning() {
    Scene scene = new Scene().pods(READY);
    scene.paused = true;

    ClawStatus status = decide(scene);

    assertThat(status.phase()).isEqualTo(Phase.Running);
    assertThat(condition(status, "Reconciled").reason()).isEqualTo("Paused");
  }

  @Test
  void suspendedIsSuspended() {
    Scene scene = new Scene();
    scene.claw = Claws.of("spec: {runtime: openclaw, suspend: true}\n");

    ClawStatus status = decide(scene);

    assertThat(status.phase()).isEqualTo(Phase.Suspended);
    assertThat(condition(status, "Ready").status()).isEqualTo("False");
  }

  @Test
  void whatStaysKeepsItsTransitionTimeAndNothingNewIsEqual() {
    Scene scene = new Scene().pods(READY);
    ClawStatus first = decide(scene);
    scene.claw.setStatus(first);

    ClawStatus again = StatusDecision.decide(scene.facts(), NOW.plusSeconds(60));

    assertThat(again).isEqualTo(first);
    assertThat(condition(first, "Ready").lastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    scene.pods(CRASHING);
    assertThat(
            condition(StatusDecision.decide(scene.facts(), NOW.plusSeconds(60)), "Ready")
                .lastTransitionTime())
        .isEqualTo("2026-01-01T00:01:00Z");
  }

  private static Condition condition(ClawStatus status, String type) {
    return Objects.requireNonNull(status.conditions()).stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private static ClawStatus decide(Scene scene) {
    return StatusDecision.decide(scene.facts(), NOW);
  }

  private static PodState pod(boolean current, boolean ready, boolean crashing, String reason) {
    return new PodState(
        new PodBuilder().withNewMetadata().withName("my-agent-0").endMetadata().build(),
        current,
        ready,
        false,
        crashing,
        reason,
        "pod my-agent-0 is " + reason);
  }

  /** A Claw whose children exist, with what a test changes about it. */
  private static final class Scene {
    private Claw claw = Claws.openclaw();
    private boolean paused;
    private List<Violation> violations = List.of();
    private List<Failure> failures = List.of();
    private @Nullable ConditionDraft credentials;
    private List<ConditionDraft> confinement = List.of();
    private ChannelsSeen channels = ChannelsSeen.NONE;
    private boolean podAllowed = true;
    private boolean workload = true;
    private List<PodState> pods = List.of();

    Scene pods(PodState... states) {
      pods = List.of(states);
      return this;
    }

    Facts facts() {
      return new Facts(
          claw,
          paused,
          violations,
          failures,
          credentials,
          confinement,
          channels,
          podAllowed,
          workload,
          "image:1",
          pods,
          false);
    }
  }
}
