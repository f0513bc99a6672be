package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.operator.ops.Verification.Final;
import ai.prismer.claw.operator.ops.Verification.Finding;
import ai.prismer.claw.operator.ops.Verification.ReadinessChanged;
import ai.prismer.claw.operator.ops.Verification.Waiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final Instant DEADLINE = NOW.plusSeconds(360);

  private static InFlight bump(@Nullable Instant readySince) {
    return flight("bump-memory", Map.of("target", "96Mi"), readySince);
  }

  private static InFlight restart() {
    return flight("restart-pod", Map.of("pod", "agent-0"), null);
  }

  private static InFlight flight(
      String action, Map<String, String> params, @Nullable Instant readySince) {
    return flight(action, params, null, NOW, readySince);
  }

  private static InFlight flight(
      String action,
      Map<String, String> params,
      @Nullable String rule,
      Instant decided,
      @Nullable Instant readySince) {
    return new InFlight(
        5L,
        "d",
        action,
        params,
        "op",
        "operator",
        rule,
        "64Mi",
        "old",
        null,
        "Verifying",
        null,
        null,
        0L,
        decided.toString(),
        readySince == null ? null : readySince.toString());
  }

  private static Finding judge(InFlight flight, Instant now, Pod... pods) {
    return Verification.judge(flight, Scenes.at(Scenes.sight(Scenes.claw(), "96Mi", pods), now));
  }

  @Test
  void theWindowBeginsWhenTheNewPodIsReady() {
    Instant now = NOW.plusSeconds(10);

    assertThat(judge(bump(null), now, Scenes.ready("new", "96Mi")))
        .isEqualTo(new ReadinessChanged(now));
  }

  @Test
  void aPodThatStaysReadyForTheWindowIsHealthy() {
    InFlight flight = bump(NOW.plusSeconds(10));
    Instant end = NOW.plusSeconds(70);

    assertThat(judge(flight, end.minusMillis(1), Scenes.ready("new", "96Mi")))
        .isEqualTo(new Waiting(end));
    assertThat(judge(flight, end, Scenes.ready("new", "96Mi")))
        .isInstanceOfSatisfying(
            Final.class, done -> assertThat(done.ending()).isEqualTo(Ending.HEALTHY));
  }

  @Test
  void aPodThatStopsBeingReadyStartsTheWindowAnew() {
    assertThat(judge(bump(NOW), NOW.plusSeconds(30), Scenes.pod("new", "96Mi")))
        .isEqualTo(new ReadinessChanged(null));
    assertThat(judge(bump(NOW), NOW.plusSeconds(59))).isEqualTo(new ReadinessChanged(null));
  }

  @Test
  void aPodWithTheOldLimitOrOfTheOldRevisionOrTheOldOneItselfProvesNothing() {
    Pod otherRevision = Scenes.ready("new", "96Mi");
    otherRevision.getMetadata().getAnnotations().replaceAll((key, value) -> "h0");

    assertThat(judge(bump(null), NOW, Scenes.ready("new", "64Mi")))
        .isEqualTo(new Waiting(DEADLINE));
    assertThat(judge(bump(null), NOW, otherRevision)).isEqualTo(new Waiting(DEADLINE));
    assertThat(judge(restart(), NOW, Scenes.ready("old", "96Mi"))).isEqualTo(new Waiting(DEADLINE));
    assertThat(judge(bump(null), NOW)).isEqualTo(new Waiting(DEADLINE));
  }

  @Test
  void aLargerLimitThanAskedForIsAsIntended() {
    assertThat(judge(bump(null), NOW, Scenes.ready("new", "128Mi")))
        .isEqualTo(new ReadinessChanged(NOW));
  }

  @Test
  void aKillOfTheNewPodIsIneffectiveAndOneOfTheOldPodSaysNothing() {
    assertThat(judge(bump(null), NOW, Scenes.killed("new", "96Mi", "runtime", NOW)))
        .isInstanceOfSatisfying(
            Final.class, done -> assertThat(done.ending()).isEqualTo(Ending.INEFFECTIVE));
    assertThat(judge(bump(null), NOW, Scenes.killed("old", "64Mi", "runtime", NOW)))
        .isEqualTo(new Waiting(DEADLINE));
  }

  @Test
  void aLoadThatReturnsIsIneffectiveAndTheOneThatWasAnsweredJustBeforeIsNoReturn() {
    Instant seen = NOW.plusMillis(900);

    assertThat(judge(resizeDecided(seen.plusMillis(20)), highMemory(seen)))
        .isInstanceOf(ReadinessChanged.class);
    assertThat(judge(resizeDecided(seen.minusMillis(20)), highMemory(seen)))
        .isEqualTo(new Final(Ending.INEFFECTIVE, "HighMemory has returned"));
  }

  private static InFlight resizeDecided(Instant at) {
    return flight("bump-memory", Map.of("target", "96Mi"), "high-memory-bump-memory", at, null);
  }

  /** A Claw whose pod was resized, with a load that is a signal since this moment. */
  private static Claw highMemory(Instant at) {
    return Scenes.with(
        Scenes.claw(),
        Serialization.unmarshal(
            """
            recentSignals:
            - {type: HighMemory, pod: agent-0, podUid: resized, container: runtime, key: k,
               at: "%s", since: "%s"}
            """
                .formatted(at, at.minusSeconds(300)),
            OpsStatus.class));
  }

  private static Finding judge(InFlight flight, Claw claw) {
    Pod resized = Scenes.ready("resized", "96Mi");
    resized.getMetadata().setCreationTimestamp(NOW.minusSeconds(3600).toString());
    return Verification.judge(
        flight, Scenes.at(Scenes.sight(claw, "96Mi", resized), NOW.plusSeconds(2)));
  }

  @Test
  void aPodThatNoNodeCanTakeGetsAMinuteAndThenTheRaiseIsTakenBack() {
    Pod pod = Scenes.unschedulable("new", "96Mi");

    assertThat(judge(bump(null), NOW.plusSeconds(59), pod))
        .isEqualTo(new Waiting(NOW.plusSeconds(60)));
    assertThat(judge(bump(null), NOW.plusSeconds(60), pod))
        .isEqualTo(new Final(Ending.UNDONE, "no node can take the pod: 0/1 nodes are available"));
  }

  @Test
  void whoIsNotReadyAtTheDeadlineIsNotWaitedFor() {
    assertThat(judge(bump(null), DEADLINE, Scenes.pod("new", "96Mi")))
        .isInstanceOfSatisfying(
            Final.class, done -> assertThat(done.ending()).isEqualTo(Ending.UNDONE));
    assertThat(judge(bump(NOW), DEADLINE))
        .isInstanceOfSatisfying(
            Final.class, done -> assertThat(done.ending()).isEqualTo(Ending.UNDONE));
    assertThat(judge(restart(), DEADLINE, Scenes.pod("new", "64Mi")))
        .isInstanceOfSatisfying(
            Final.class, done -> assertThat(done.ending()).isEqualTo(Ending.INEFFECTIVE));
  }

  @Test
  void aReadyPodIsWatchedBeyondTheDeadline() {
    assertThat(judge(bump(DEADLINE.minusSeconds(1)), DEADLINE, Scenes.ready("new", "96Mi")))
        .isEqualTo(new Waiting(DEADLINE.plusSeconds(59)));
  }

  @Test
  void aSuspendedClawIsNotWaitedFor() {
    Claw claw = Scenes.claw();
    claw.setSpec(
        Serialization.unmarshal(
            "runtime: openclaw\nsuspend: true\nops: {verifyWindow: 1m}", ClawSpec.class));

    assertThat(Verification.judge(bump(null), Scenes.sight(claw, "96Mi")))
        .isInstanceOfSatisfying(
            Final.class, done -> assertThat(done.ending()).isEqualTo(Ending.INEFFECTIVE));
  }
}
