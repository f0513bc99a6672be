package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static ai.prismer.claw.operator.ops.Scenes.RULES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.SignalRecord;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private static final Instant EARLIER = NOW.minusSeconds(60);

  private static List<SignalRecord> seen(List<Pod> pods, Instant at) {
    return Sightings.of(pods, RULES.rules(), Usage.UNKNOWN, at);
  }

  private static List<SignalRecord> visible(Pod... pods) {
    return seen(List.of(pods), NOW);
  }

  @Test
  void aKillOfTheRuntimeIsOneSignalAndItsRestartAnother() {
    assertThat(visible(Scenes.killed("p", "64Mi", "runtime", NOW, EARLIER)))
        .extracting(SignalRecord::at)
        .containsExactlyInAnyOrder(NOW.toString(), EARLIER.toString());
  }

  @Test
  void aKillInAContainerThatNoRuleNamesIsNone() {
    assertThat(visible(Scenes.killed("p", "64Mi", "sidecar", NOW))).isEmpty();
  }

  @Test
  void anExitCodeWithoutTheKernelsVerdictIsNone() {
    Pod pod = Scenes.killed("p", "64Mi", "runtime", NOW);
    pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated().setReason("Error");

    assertThat(visible(pod)).isEmpty();
  }

  @Test
  void aPodBeyondTheReplicasThatAreAskedForIsNobodys() {
    Pod own = Scenes.pod("p", "64Mi");
    Pod forged = Scenes.killed("q", "64Mi", "runtime", NOW);
    forged.getMetadata().setName("agent-7");

    assertThat(Pods.wanted(Scenes.statefulSet("64Mi"), List.of(own, forged))).containsExactly(own);
    assertThat(Pods.wanted(null, List.of(own))).isEmpty();
  }

  @Test
  void theSameKillIsNewsOnce() {
    List<SignalRecord> seen = visible(Scenes.killed("p", "64Mi", "runtime", NOW));

    assertThat(Signals.fresh(List.of(), seen, RULES.rules(), NOW)).hasSize(1);
    assertThat(Signals.fresh(seen, seen, RULES.rules(), NOW.plusSeconds(5))).isEmpty();
  }

  @Test
  void aKillThatIsOlderThanTheWindowIsNoNewsAgain() {
    List<SignalRecord> seen = visible(Scenes.killed("p", "64Mi", "runtime", EARLIER));
    Instant later = NOW.plus(Duration.ofMinutes(30));

    assertThat(Signals.keep(seen, List.of(), RULES.rules(), later)).isEmpty();
    assertThat(Signals.fresh(List.of(), seen, RULES.rules(), later)).isEmpty();
  }

  @Test
  void aKillFromANodeWhoseClockIsFastIsNotNewsForEver() {
    Instant future = NOW.plus(Duration.ofHours(2));
    Pod pod = Scenes.killed("p", "64Mi", "runtime", future);
    List<SignalRecord> first = seen(List.of(pod), NOW);
    Instant later = NOW.plus(Duration.ofMinutes(40));
    List<SignalRecord> second = seen(List.of(pod), later);

    List<SignalRecord> kept = Signals.keep(first, second, RULES.rules(), later);

    assertThat(first).extracting(SignalRecord::at).containsExactly(NOW.toString());
    assertThat(Signals.fresh(kept, second, RULES.rules(), later)).isEmpty();
  }

  @Test
  void theStatusNeverGrowsBeyondItsBound() {
    List<SignalRecord> kept = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Instant at = NOW.plusSeconds(i);
      List<SignalRecord> seen = seen(List.of(Scenes.killed("p" + i, "64Mi", "runtime", at)), at);
      kept = new ArrayList<>(Signals.keep(kept, seen, RULES.rules(), at));
    }

    assertThat(kept).hasSize(32);
    assertThat(kept.getLast().at()).isEqualTo(NOW.plusSeconds(99).toString());
  }
}
