package ai.prismer.claw.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolloutTest {

  private static final PodTemplateSpec WANTED = template("new", "128Mi");

  @Test
  void aPodOfTheWantedTemplateStays() {
    assertThat(next(true, pod("a", "new", "128Mi", true))).isNull();
    assertThat(next(true, pod("a", "new", "0.125Gi", true))).as("an equal quantity").isNull();
    assertThat(next(true, pod("a", "new", "128Mi", false))).as("not ready, but current").isNull();
  }

  @Test
  void aPodOfAnotherTemplateOrWithOtherResourcesIsReplaced() {
    assertThat(next(true, pod("a", "old", "128Mi", true))).isEqualTo("a");
    assertThat(next(true, pod("a", "new", "64Mi", true))).isEqualTo("a");
  }

  @Test
  void nothingIsReplacedBeforeTheControllerHasSeenTheTemplate() {
    assertThat(next(false, pod("a", "old", "128Mi", true))).isNull();
  }

  @Test
  void aPodThatIsOnItsWayOutIsNotReplacedAgain() {
    Pod leaving = pod("a", "old", "128Mi", true);
    leaving.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

    assertThat(next(true, leaving)).isNull();
  }

  @Test
  void oneAtATimeAndOnlyWhileTheOthersAreReady() {
    assertThat(next(true, pod("a", "old", "128Mi", true), pod("b", "old", "128Mi", true)))
        .isEqualTo("a");
    assertThat(next(true, pod("a", "new", "128Mi", false), pod("b", "old", "128Mi", true)))
        .isNull();
  }

  @Test
  void aReadyPodWaitsForOneThatIsGoneAndNotYetMadeAnew() {
    assertThat(next(true, 2, pod("b", "old", "128Mi", true))).isNull();
    assertThat(next(true, 2, pod("b", "old", "128Mi", false))).as("broken").isEqualTo("b");
  }

  @Test
  void aBrokenPodIsReplacedFirstAndWithoutWaiting() {
    assertThat(next(true, pod("a", "old", "128Mi", true), pod("b", "old", "128Mi", false)))
        .isEqualTo("b");
    assertThat(next(true, pod("a", "new", "128Mi", false), pod("b", "old", "128Mi", false)))
        .isEqualTo("b");
  }

  @Test
  void aCrashLoopIsTold() {
    Pod pod =
        new PodBuilder(pod("a", "new", "128Mi", false))
            .editStatus()
            .addNewContainerStatus()
            .withName("runtime")
            .withNewState()
            .withNewWaiting()
            .withReason("CrashLoopBackOff")
            .withMessage("back-off 10s")
            .endWaiting()
            .endState()
            .withNewLastState()
            .withNewTerminated()
            .withReason("OOMKilled")
            .withExitCode(137)
            .endTerminated()
            .endLastState()
            .endContainerStatus()
            .endStatus()
            .build();

    PodState state = PodState.of(pod, WANTED);

    assertThat(state.crashing()).isTrue();
    assertThat(state.reason()).isEqualTo("CrashLoopBackOff");
    assertThat(state.message()).contains("runtime", "back-off 10s", "OOMKilled", "137");
  }

  private static @Nullable String next(boolean observed, Pod... pods) {
    return next(observed, pods.length, pods);
  }

  private static @Nullable String next(boolean observed, int replicas, Pod... pods) {
    StatefulSet workload =
        new StatefulSetBuilder()
            .withNewMetadata()
            .withGeneration(2L)
            .endMetadata()
            .withNewSpec()
            .withReplicas(replicas)
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(observed ? 2L : 1L)
            .endStatus()
            .build();
    List<PodState> states = List.of(pods).stream().map(pod -> PodState.of(pod, WANTED)).toList();
    return Rollout.next(workload, states)
        .map(state -> state.pod().getMetadata().getName())
        .orElse(null);
  }

  private static Pod pod(String name, String template, String memory, boolean ready) {
    PodTemplateSpec made = template(template, memory);
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withAnnotations(made.getMetadata().getAnnotations())
        .endMetadata()
        .withSpec(made.getSpec())
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .endStatus()
        .build();
  }

  private static PodTemplateSpec template(String hash, String memory) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withAnnotations(Map.of(Keys.TEMPLATE_HASH, hash))
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("runtime")
        .withNewResources()
        .withLimits(Map.of("memory", new Quantity(memory)))
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }
}
