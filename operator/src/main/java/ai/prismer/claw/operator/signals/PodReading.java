package ai.prismer.claw.operator.signals;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a kubelet wrote about a pod, as far as it can be read; what cannot is absent. */
final class PodReading {
  private PodReading() {}

  static String phase(Pod pod) {
    return pod.getStatus() == null
        ? ""
        : Objects.requireNonNullElse(pod.getStatus().getPhase(), "");
  }

  /** Whether the pod has come to its end; its containers tell about that and nothing else. */
  static boolean isOver(Pod pod) {
    return phase(pod).equals("Failed") || phase(pod).equals("Succeeded");
  }

  /** All containers, sidecars that are init containers included. */
  static Stream<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus() == null
        ? Stream.empty()
        : Stream.concat(
            stream(pod.getStatus().getContainerStatuses()),
            stream(pod.getStatus().getInitContainerStatuses()));
  }

  /** The ends of a container that its status still shows, the earlier one first. */
  static Stream<ContainerStateTerminated> ends(ContainerStatus container) {
    return Stream.of(container.getLastState(), container.getState())
        .filter(state -> state != null && state.getTerminated() != null)
        .map(state -> state.getTerminated())
        .filter(end -> end.getContainerID() != null && finished(end).isPresent());
  }

  static Optional<ContainerStateTerminated> lastEnd(ContainerStatus container) {
    return ends(container).reduce((earlier, later) -> later);
  }

  static Optional<Instant> finished(ContainerStateTerminated end) {
    return time(end.getFinishedAt());
  }

  /** One container ID ends once at one time. */
  static String key(ContainerStateTerminated end) {
    return end.getContainerID() + "@" + finished(end).map(Instant::toString).orElse("");
  }

  static Optional<ContainerStateWaiting> waiting(ContainerStatus container) {
    return Optional.ofNullable(container.getState()).map(state -> state.getWaiting());
  }

  static boolean isRunning(ContainerStatus container) {
    return container.getState() != null && container.getState().getRunning() != null;
  }

  static Optional<Instant> startedAt(ContainerStatus container) {
    return isRunning(container)
        ? time(container.getState().getRunning().getStartedAt())
        : Optional.empty();
  }

  static Optional<Container> container(Pod pod, String name) {
    return containers(pod).filter(container -> container.getName().equals(name)).findFirst();
  }

  private static Stream<Container> containers(Pod pod) {
    return pod.getSpec() == null
        ? Stream.empty()
        : Stream.concat(
            stream(pod.getSpec().getContainers()), stream(pod.getSpec().getInitContainers()));
  }

  /** Whether it runs once before the others, rather than beside them. */
  static boolean runsOnce(Pod pod, String container) {
    return pod.getSpec() != null
        && stream(pod.getSpec().getInitContainers())
            .filter(init -> init.getName().equals(container))
            .anyMatch(init -> !"Always".equals(init.getRestartPolicy()));
  }

  static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.getStatus() == null
        ? Optional.empty()
        : stream(pod.getStatus().getConditions())
            .filter(condition -> type.equals(condition.getType()))
            .findFirst();
  }

  static Optional<PodCondition> condition(Pod pod, String type, String status) {
    return condition(pod, type).filter(condition -> status.equals(condition.getStatus()));
  }

  static Optional<Instant> changed(PodCondition condition) {
    return time(condition.getLastTransitionTime());
  }

  static Optional<Instant> created(Pod pod) {
    return time(pod.getMetadata().getCreationTimestamp());
  }

  private static Optional<Instant> time(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }

  private static <T> Stream<T> stream(@Nullable List<T> list) {
    return list == null ? Stream.empty() : list.stream();
  }
}
