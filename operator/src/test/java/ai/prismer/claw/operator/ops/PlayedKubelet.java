package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;

/**
 * The kubelet of a cluster that has none, played by a test: it says of the pods of a bed what a
 * real one would, and nothing by itself.
 */
final class PlayedKubelet {
  private final HealingBed bed;

  PlayedKubelet(HealingBed bed) {
    this.bed = bed;
  }

  /** What a kubelet says of a pod that runs. */
  void ready(String name, Pod pod) {
    status(name, pod, running(pod, "0", 0), true);
  }

  /** What a kubelet says of a container that the kernel has killed for the n-th time. */
  void kill(String name, Pod pod, String container, int times, Instant at) {
    status(name, pod, killed(pod, container, times, at.truncatedTo(ChronoUnit.SECONDS)), false);
  }

  void kill(String name, Pod pod, int times) {
    kill(name, pod, "runtime", times, Instant.now());
  }

  /** What a kubelet says of a container that runs again after so many kills. */
  void recover(String name, Pod pod, int times) {
    status(name, pod, running(pod, "after-" + times, times), true);
  }

  private static ContainerStatusBuilder running(Pod pod, String start, int restarts) {
    return new ContainerStatusBuilder()
        .withName("runtime")
        .withImage("image")
        .withImageID("image")
        .withContainerID("containerd://" + Pods.uid(pod) + "-" + start)
        .withReady(true)
        .withRestartCount(restarts)
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState();
  }

  private static ContainerStatusBuilder killed(Pod pod, String container, int times, Instant at) {
    return new ContainerStatusBuilder()
        .withName(container)
        .withImage("image")
        .withImageID("image")
        .withContainerID("containerd://" + Pods.uid(pod) + "-" + times)
        .withReady(false)
        .withRestartCount(times)
        .withNewState()
        .withNewWaiting()
        .withReason("CrashLoopBackOff")
        .endWaiting()
        .endState()
        .withNewLastState()
        .withNewTerminated()
        .withReason("OOMKilled")
        .withExitCode(137)
        .withContainerID("containerd://" + Pods.uid(pod) + "-" + times)
        .withFinishedAt(at.toString())
        .withStartedAt(at.minusSeconds(1).toString())
        .endTerminated()
        .endLastState();
  }

  /** What a scheduler says of a pod for which no node has room. */
  void unschedulable(String name) {
    bed.admin
        .pods()
        .inNamespace(bed.namespace)
        .withName(name + "-0")
        .editStatus(now ->
            new PodBuilder(now)
                .editOrNewStatus()
                .withPhase("Pending")
                .withConditions()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/3 nodes are available: 3 Insufficient memory")
                .endCondition()
                .endStatus()
                .build());
  }

  private void status(String name, Pod pod, ContainerStatusBuilder container, boolean ready) {
    bed.admin
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .editStatus(now -> {
          assertThat(Pods.uid(now)).as("pod of %s", name).isEqualTo(Pods.uid(pod));
          return new PodBuilder(now)
              .editOrNewStatus()
              .withPhase("Running")
              .withConditions()
              .addNewCondition()
              .withType("Ready")
              .withStatus(ready ? "True" : "False")
              .endCondition()
              .withContainerStatuses(container.build())
              .endStatus()
              .build();
        });
  }

  /** Two kills, the second once the first is stored or nobody is there to store it. */
  void killTwice(String name, Pod pod, Clock clock, BooleanSupplier goOn) {
    kill(name, pod, "runtime", 1, clock.instant());
    await()
        .atMost(HealingBed.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> goOn.getAsBoolean() || signals(bed.claw(name)) == 1);
    kill(name, pod, "runtime", 2, clock.instant());
  }

  void killTwice(String name, Pod pod) {
    killTwice(name, pod, Clock.systemUTC(), () -> false);
  }

  private static int signals(Claw claw) {
    var kept = OpsEdit.present(claw).recentSignals();
    return kept == null ? 0 : kept.size();
  }

  /** Kills a pod that a controller may have taken away already. */
  void killIfThere(Pod pod, int times) {
    try {
      kill(pod.getMetadata().getName(), pod, times);
    } catch (KubernetesClientException | AssertionError gone) {
      assertThat(pod.getMetadata().getName()).isEqualTo("agent-7");
    }
  }

  /** The kernel kills a second container of the pod, not the runtime. */
  void sidecarKill(String name, Pod pod) {
    for (int times = 1; times <= 3; times++) {
      kill(name, pod, "sidecar", times, Instant.now());
    }
  }
}
