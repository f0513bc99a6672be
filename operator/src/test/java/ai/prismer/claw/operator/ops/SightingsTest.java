package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static ai.prismer.claw.operator.ops.Scenes.RULES;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.Signal;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SightingsTest {

  @Test
  void aCrashIsSeenOnceTheKubeletWaitsAndAKillIsNoCrash() {
    assertThat(seen(crashed("Error", true)))
        .extracting(SignalRecord::type)
        .containsExactly("CrashLoop");
    assertThat(seen(crashed("Error", false))).isEmpty();
    assertThat(seen(crashed("OOMKilled", true)))
        .extracting(SignalRecord::type)
        .containsExactly("OOMKilled");
  }

  @Test
  void anEvictedPodIsALevelOfThatPod() {
    Pod pod = Scenes.pod("p7", "64Mi", status -> status.withPhase("Failed").withReason("Evicted"));

    assertThat(seen(pod))
        .containsExactly(new SignalRecord("Evicted", "runtime", "Evicted@p7", NOW.toString()));
  }

  @Test
  void usageIsALevelThatCountsOnceItHasLasted() {
    Pod pod = Scenes.ready("p", "64Mi");
    List<SignalRecord> high =
        Sightings.of(List.of(pod), RULES.rules(), any -> Set.of(SignalType.HIGH_MEMORY), NOW);
    List<SignalRecord> kept = Signals.keep(List.of(), high, RULES.rules(), NOW);

    assertThat(Signals.asCounted(kept, RULES.thresholds(), NOW.plusSeconds(299))).isEmpty();
    assertThat(Signals.nextToCount(kept, RULES.thresholds(), NOW)).contains(NOW.plusSeconds(300));
    assertThat(Signals.asCounted(kept, RULES.thresholds(), NOW.plusSeconds(300)))
        .extracting(Signal::at)
        .containsExactly(NOW.plusSeconds(300));
  }

  @Test
  void aLevelThatHasEndedIsForgottenAtOnceAndAnEdgeIsNot() {
    Pod pod = Scenes.killed("p", "64Mi", "runtime", NOW);
    List<SignalRecord> both =
        Sightings.of(List.of(pod), RULES.rules(), any -> Set.of(SignalType.HIGH_CPU), NOW);
    List<SignalRecord> kept = Signals.keep(List.of(), both, RULES.rules(), NOW);
    assertThat(kept).hasSize(2);

    assertThat(Signals.hasEnded(kept, List.of())).isTrue();
    assertThat(Signals.keep(kept, List.of(), RULES.rules(), NOW))
        .extracting(SignalRecord::type)
        .containsExactly("OOMKilled");
    assertThat(Signals.hasEnded(kept, both)).isFalse();
  }

  private static List<SignalRecord> seen(Pod pod) {
    return Sightings.of(List.of(pod), RULES.rules(), Usage.UNKNOWN, NOW);
  }

  private static Pod crashed(String reason, boolean waiting) {
    return Scenes.pod(
        "p",
        "64Mi",
        status -> {
          ContainerStatusBuilder container =
              new ContainerStatusBuilder()
                  .withName("runtime")
                  .withRestartCount(3)
                  .withNewLastState()
                  .withNewTerminated()
                  .withReason(reason)
                  .withExitCode(1)
                  .withContainerID("containerd://1")
                  .withFinishedAt(NOW.toString())
                  .endTerminated()
                  .endLastState();
          if (waiting) {
            container
                .withNewState()
                .withNewWaiting()
                .withReason("CrashLoopBackOff")
                .endWaiting()
                .endState();
          } else {
            container.withNewState().withNewRunning().endRunning().endState();
          }
          return status.addToContainerStatuses(container.build());
        });
  }
}
