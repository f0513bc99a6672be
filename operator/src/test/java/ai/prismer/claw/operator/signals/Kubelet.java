package ai.prismer.claw.operator.signals;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes about one pod what a kubelet would, for tests of what is read there. */
final class Kubelet {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final PodBuilder pod;

  private Kubelet(PodBuilder pod) {
    this.pod = pod;
  }

  /** A scheduled pod with a runtime that has every kind of probe, and a sidecar that has none. */
  static Kubelet of(String uid) {
    return new Kubelet(
            new PodBuilder()
                .withNewMetadata()
                .withName("agent-0")
                .withUid(uid)
                .withCreationTimestamp(NOW.minusSeconds(3600).toString())
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("runtime")
                .withNewLivenessProbe()
                .endLivenessProbe()
                .withNewReadinessProbe()
                .endReadinessProbe()
                .endContainer()
                .addNewContainer()
                .withName("sidecar")
                .endContainer()
                .addToInitContainers(
                    new ContainerBuilder().withName("init").build(),
                    new ContainerBuilder().withName("bus").withRestartPolicy("Always").build())
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus())
        .condition("PodScheduled", "True", null, NOW.minusSeconds(3600));
  }

  Kubelet phase(String phase, @Nullable String reason, @Nullable String message) {
    pod.editStatus().withPhase(phase).withReason(reason).withMessage(message).endStatus();
    return this;
  }

  Kubelet condition(String type, String status, @Nullable String reason, @Nullable Instant since) {
    pod.editStatus()
        .removeMatchingFromConditions(old -> type.equals(old.getType()))
        .addNewCondition()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage("0/3 nodes are available")
        .withLastTransitionTime(since == null ? null : since.toString())
        .endCondition()
        .endStatus();
    return this;
  }

  Kubelet container(ContainerStatus status) {
    pod.editStatus().addToContainerStatuses(status).endStatus();
    return this;
  }

  Kubelet init(ContainerStatus status) {
    pod.editStatus().addToInitContainerStatuses(status).endStatus();
    return this;
  }

  Pod pod() {
    return pod.build();
  }

  static ContainerStatusBuilder named(String name) {
    return new ContainerStatusBuilder().withName(name).withReady(false);
  }

  /** A container that runs. */
  static ContainerStatus running(String name, String id, boolean ready, Instant since) {
    return named(name)
        .withContainerID(id)
        .withReady(ready)
        .withStarted(true)
        .withNewState()
        .withNewRunning(since.toString())
        .endState()
        .build();
  }

  /** A container that has ended and is not started again yet. */
  static ContainerStatus ended(String name, String reason, int code, Instant at) {
    return named(name)
        .withContainerID(id(name, at))
        .withState(end(name, reason, code, at).build())
        .build();
  }

  /** A container that has ended and waits for its next start. */
  static ContainerStatus looping(String name, String reason, int code, Instant at) {
    return named(name)
        .withContainerID(id(name, at))
        .withNewState()
        .withNewWaiting("back-off restarting failed container", "CrashLoopBackOff")
        .endState()
        .withLastState(end(name, reason, code, at).build())
        .build();
  }

  /** A container that ended and runs again. */
  static ContainerStatus restarted(
      String name, String reason, int code, Instant at, boolean ready) {
    return new ContainerStatusBuilder(running(name, "containerd://next", ready, at.plusSeconds(1)))
        .withLastState(end(name, reason, code, at).build())
        .build();
  }

  /** A container that is not started. */
  static ContainerStatus waiting(String name, String reason) {
    return named(name).withNewState().withNewWaiting("it does not come", reason).endState().build();
  }

  static String id(String name, Instant at) {
    return "containerd://" + name + at.getEpochSecond();
  }

  private static ContainerStateBuilder end(String name, String reason, int code, Instant at) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withReason(reason)
        .withExitCode(code)
        .withContainerID(id(name, at))
        .withFinishedAt(at.toString())
        .endTerminated();
  }
}
