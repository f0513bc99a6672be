package ai.prismer.claw.operator.signals;

import static ai.prismer.claw.operator.signals.Kubelet.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.signals.Finding.Hint;
import ai.prismer.claw.operator.signals.Finding.Moment;
import ai.prismer.claw.operator.signals.Finding.State;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one look finds in what a kubelet wrote. */
class SightingTest {
  private static final Instant EARLIER = NOW.minusSeconds(60);

  private static List<Finding> findings(Pod pod) {
    return Sighting.of(
            List.of(pod), Loads.UNKNOWN, ChannelReports.UNKNOWN, SignalSettings.DEFAULT, NOW)
        .findings();
  }

  private static List<Finding> findings(Kubelet kubelet) {
    return findings(kubelet.pod());
  }

  private static List<String> brief(Kubelet kubelet) {
    return findings(kubelet).stream()
        .map(finding ->
            finding.getClass().getSimpleName()
                + " "
                + finding.type().id()
                + " "
                + finding.place().container())
        .toList();
  }

  @Test
  void aPodThatIsWellShowsNothing() {
    assertThat(
            findings(
                Kubelet.of("p").container(Kubelet.running("runtime", "containerd://1", true, NOW))))
        .isEmpty();
    assertThat(
            findings(
                new io.fabric8.kubernetes.api.model.PodBuilder(Kubelet.of("p").pod())
                    .withStatus(null)
                    .build()))
        .isEmpty();
  }

  // Ends of containers

  @Test
  void bothEndsThatAStatusShowsAreFound() {
    assertThat(
            findings(
                Kubelet.of("p")
                    .container(
                        new ContainerStatusBuilder(Kubelet.ended("runtime", "OOMKilled", 137, NOW))
                            .withLastState(
                                Kubelet.ended("runtime", "OOMKilled", 137, EARLIER).getState())
                            .build())))
        .hasSize(2)
        .allMatch(Moment.class::isInstance)
        .extracting(Finding::key)
        .doesNotHaveDuplicates();
  }

  @Test
  void aKilledSidecarAmongTheInitContainersIsFound() {
    assertThat(brief(Kubelet.of("p").init(Kubelet.ended("bus", "OOMKilled", 137, EARLIER))))
        .containsExactly("Moment OOMKilled bus");
  }

  @Test
  void anExitCodeWithoutTheKernelsVerdictIsNoKillForMemory() {
    assertThat(brief(Kubelet.of("p").container(Kubelet.ended("sidecar", "Error", 137, EARLIER))))
        .containsExactly("Hint CrashLoop sidecar");
  }

  @Test
  void anInitContainerThatHasDoneItsTaskIsNoCrash() {
    assertThat(findings(Kubelet.of("p").init(Kubelet.ended("init", "Completed", 0, EARLIER))))
        .isEmpty();
    assertThat(brief(Kubelet.of("p").init(Kubelet.looping("init", "Error", 2, EARLIER))))
        .containsExactly("Moment CrashLoop init");
    assertThat(brief(Kubelet.of("p").init(Kubelet.ended("bus", "Completed", 0, EARLIER))))
        .as("a sidecar has no end")
        .containsExactly("Hint CrashLoop bus");
  }

  @ParameterizedTest
  @ValueSource(ints = {137, 143})
  void aContainerWithALivenessProbeThatIsEndedByASignalFailedIt(int code) {
    assertThat(brief(Kubelet.of("p").container(Kubelet.ended("runtime", "Error", code, EARLIER))))
        .containsExactly("Hint CrashLoop runtime", "Hint ProbeFailure runtime");
    assertThat(brief(Kubelet.of("p").container(Kubelet.ended("sidecar", "Error", code, EARLIER))))
        .containsExactly("Hint CrashLoop sidecar");
  }

  @ParameterizedTest
  @CsvSource({"Error, 1", "Completed, 0", "ContainerStatusUnknown, 137", "Error, 139"})
  void anyOtherEndWasNoProbe(String reason, int code) {
    assertThat(brief(Kubelet.of("p").container(Kubelet.ended("runtime", reason, code, EARLIER))))
        .containsExactly("Hint CrashLoop runtime");
  }

  @Test
  void theEndOfAPodIsNoCrashOfItsContainers() {
    assertThat(
            brief(
                Kubelet.of("p")
                    .phase("Failed", "Evicted", "low on memory")
                    .container(Kubelet.ended("runtime", "Error", 137, EARLIER))))
        .containsExactly("State Evicted null");
  }

  @Test
  void anEndWithoutATimeOrAnIdIsNotFound() {
    Pod pod = Kubelet.of("p").container(Kubelet.ended("runtime", "OOMKilled", 137, EARLIER)).pod();
    var end = pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
    end.setFinishedAt("yesterday");
    assertThat(findings(pod)).isEmpty();
    end.setFinishedAt(EARLIER.toString());
    end.setContainerID(null);
    assertThat(findings(pod)).isEmpty();
    end.setContainerID("x".repeat(300));
    assertThat(findings(pod)).as("a key that is too long to keep").isEmpty();
  }

  // Evicted

  @Test
  void anEvictedPodCountsFromWhenTheNodeDecidedIt() {
    assertThat(
            findings(
                Kubelet.of("p")
                    .phase("Failed", "Evicted", "The node was low on resource: memory")
                    .condition("DisruptionTarget", "True", "TerminationByKubelet", EARLIER)))
        .singleElement()
        .isInstanceOfSatisfying(
            State.class,
            state -> {
              assertThat(state.since()).isEqualTo(EARLIER);
              assertThat(state.forgettable()).isTrue();
              assertThat(state.detail()).isEqualTo("The node was low on resource: memory");
            });
  }

  @Test
  void whatWeEvictOurselvesOrWhatFailedForAnotherReasonIsNoEviction() {
    assertThat(
            findings(
                Kubelet.of("p")
                    .phase("Failed", "Evicted", "")
                    .condition("DisruptionTarget", "True", "EvictionByEvictionAPI", EARLIER)))
        .isEmpty();
    assertThat(findings(Kubelet.of("p").phase("Failed", "NodeShutdown", ""))).isEmpty();
    assertThat(findings(Kubelet.of("p").phase("Running", "Evicted", ""))).isEmpty();
  }

  // Pending

  @Test
  void aPodThatNoNodeTakesCountsFromWhenTheSchedulerSaidSo() {
    assertThat(
            findings(
                Kubelet.of("p")
                    .phase("Pending", null, null)
                    .condition("PodScheduled", "False", "Unschedulable", EARLIER)))
        .singleElement()
        .isInstanceOfSatisfying(
            State.class,
            state -> {
              assertThat(state.type().id()).isEqualTo("PodPending");
              assertThat(state.since()).isEqualTo(EARLIER);
              assertThat(state.detail()).isEqualTo("Unschedulable: 0/3 nodes are available");
            });
    assertThat(
            findings(
                Kubelet.of("p")
                    .phase("Pending", null, null)
                    .condition("PodScheduled", "False", "SchedulingGated", EARLIER)))
        .as("somebody holds it back on purpose")
        .isEmpty();
  }

  @Test
  void aTimeThatIsAheadOfOursIsNotBelieved() {
    assertThat(
            findings(
                Kubelet.of("p")
                    .phase("Pending", null, null)
                    .condition("PodScheduled", "False", "Unschedulable", NOW.plusSeconds(600))))
        .singleElement()
        .isInstanceOfSatisfying(
            State.class,
            state -> {
              assertThat(state.since()).isEqualTo(NOW);
              assertThat(state.forgettable()).as("the first look is written down").isFalse();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ImagePullBackOff", "ErrImagePull", "CreateContainerConfigError"})
  void aContainerThatCannotBeStartedHoldsUpThePod(String reason) {
    assertThat(
            findings(
                Kubelet.of("p")
                    .phase("Pending", null, null)
                    .container(Kubelet.waiting("runtime", reason))))
        .singleElement()
        .isInstanceOfSatisfying(
            State.class,
            state -> {
              assertThat(state.type().id()).isEqualTo("PodPending");
              assertThat(state.since()).isEqualTo(NOW.minusSeconds(3600));
              assertThat(state.detail())
                  .isEqualTo("container runtime: " + reason + ": it does not come");
            });
  }

  @Test
  void aPodWhoseVolumesDoNotComeIsPendingAndOneThatPullsItsImageIsNot() {
    Kubelet preparing =
        Kubelet.of("p")
            .phase("Pending", null, null)
            .condition("PodReadyToStartContainers", "False", null, EARLIER)
            .init(Kubelet.waiting("init", "PodInitializing"))
            .container(Kubelet.waiting("runtime", "ContainerCreating"));
    assertThat(brief(preparing)).containsExactly("State PodPending null");

    assertThat(findings(preparing.condition("PodReadyToStartContainers", "True", null, EARLIER)))
        .isEmpty();
  }

  // Not ready

  @Test
  void aContainerThatRunsAndIsNotReadyCountsFromWhenItLostReadinessOrBegan() {
    Kubelet kubelet =
        Kubelet.of("p")
            .condition("ContainersReady", "False", "ContainersNotReady", EARLIER)
            .container(Kubelet.running("runtime", "containerd://1", false, NOW.minusSeconds(600)));
    assertThat(findings(kubelet))
        .singleElement()
        .isInstanceOfSatisfying(
            State.class,
            state -> {
              assertThat(state.type().id()).isEqualTo("ProbeFailure");
              assertThat(state.since()).isEqualTo(EARLIER);
            });

    assertThat(
            findings(
                Kubelet.of("p")
                    .condition("ContainersReady", "False", "ContainersNotReady", EARLIER)
                    .container(
                        Kubelet.running("runtime", "containerd://2", false, NOW.minusSeconds(5)))))
        .as("it has just begun anew")
        .singleElement()
        .extracting(finding -> ((State) finding).since())
        .isEqualTo(NOW.minusSeconds(5));
  }

  @Test
  void aContainerWithoutAReadinessProbeOrStillStartingIsNotMeant() {
    assertThat(
            findings(
                Kubelet.of("p")
                    .container(Kubelet.running("sidecar", "containerd://1", false, NOW))))
        .isEmpty();
    assertThat(
            findings(
                Kubelet.of("p")
                    .container(
                        new ContainerStatusBuilder(
                                Kubelet.running("runtime", "containerd://1", false, NOW))
                            .withStarted(false)
                            .build())))
        .isEmpty();
  }

  @Test
  void whereSeveralAreNotReadyNobodySaysSinceWhenOneIs() {
    Pod pod =
        Kubelet.of("p")
            .condition("ContainersReady", "False", "ContainersNotReady", EARLIER)
            .container(Kubelet.running("runtime", "containerd://1", false, EARLIER))
            .container(Kubelet.running("sidecar", "containerd://2", false, EARLIER))
            .pod();
    Container sidecar = pod.getSpec().getContainers().getLast();
    sidecar.setReadinessProbe(pod.getSpec().getContainers().getFirst().getReadinessProbe());

    assertThat(findings(pod))
        .hasSize(2)
        .allSatisfy(finding -> assertThat(((State) finding).since()).isEqualTo(NOW));
  }

  @Test
  void aHintIsOnlyAHint() {
    assertThat(findings(Kubelet.of("p").container(Kubelet.ended("runtime", "Error", 1, EARLIER))))
        .singleElement()
        .isInstanceOf(Hint.class);
  }
}
