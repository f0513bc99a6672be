package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.intent.Quantity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reading a pod: what it may use, whether it is ready, whether it is wanted like this. */
final class Pods {
  private static final String MEMORY = "memory";
  private static final String CPU = "cpu";

  private Pods() {}

  /**
   * Of the pods those that the StatefulSet asks for. A pod with a higher ordinal is none of its
   * controller's making: whoever may create pods can name one so and forge its owner.
   */
  static List<Pod> wanted(@Nullable StatefulSet statefulSet, List<Pod> pods) {
    List<String> names = names(statefulSet);
    return pods.stream().filter(pod -> names.contains(name(pod))).toList();
  }

  /** Names of the pods that the StatefulSet asks for. */
  static List<String> names(@Nullable StatefulSet statefulSet) {
    return statefulSet == null
        ? List.of()
        : IntStream.range(0, Sight.replicas(statefulSet))
            .mapToObj(ordinal -> statefulSet.getMetadata().getName() + "-" + ordinal)
            .toList();
  }

  static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  /** When the API server made it. */
  static Optional<Instant> created(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getCreationTimestamp()).map(Instant::parse);
  }

  static boolean isGoing(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  static boolean isReady(Pod pod) {
    return condition(pod, "Ready").map(ready -> "True".equals(ready.getStatus())).orElse(false);
  }

  /** What the scheduler says where it finds no node for the pod. */
  static Optional<String> unschedulable(Pod pod) {
    return condition(pod, "PodScheduled")
        .filter(scheduled -> "False".equals(scheduled.getStatus()))
        .filter(scheduled -> "Unschedulable".equals(scheduled.getReason()))
        .map(scheduled -> Objects.requireNonNullElse(scheduled.getMessage(), "no node fits"));
  }

  /** Memory limit of the runtime container in bytes, as it runs. */
  static OptionalLong memoryLimit(Pod pod) {
    return memory(running(pod));
  }

  /** Memory limit of the runtime container in bytes, as the next pod will have it. */
  static OptionalLong memoryLimit(@Nullable StatefulSet statefulSet) {
    return statefulSet == null
        ? OptionalLong.empty()
        : memoryLimit(statefulSet.getSpec().getTemplate().getSpec());
  }

  /** CPU limit of the runtime container in millicores, as it runs. */
  static OptionalLong cpuLimit(Pod pod) {
    return cpu(running(pod));
  }

  /** CPU limit of the runtime container in millicores, as the next pod will have it. */
  static OptionalLong cpuLimit(@Nullable StatefulSet statefulSet) {
    return statefulSet == null
        ? OptionalLong.empty()
        : cpu(runtime(statefulSet.getSpec().getTemplate().getSpec()));
  }

  /** Bytes of the memory limit; absent where there is none. */
  static OptionalLong memory(@Nullable ResourceRequirements resources) {
    return positive(limit(resources, MEMORY).map(Quantity::storedBytes));
  }

  /** Millicores of the CPU limit; absent where there is none. */
  static OptionalLong cpu(@Nullable ResourceRequirements resources) {
    return positive(limit(resources, CPU).map(Quantity::storedMillicores));
  }

  /** A limit of 0 is none: that is how the kubelet reads it. */
  private static OptionalLong positive(Optional<Long> amount) {
    return amount.filter(limit -> limit > 0).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** Whether the pod is of the template that the StatefulSet has now. */
  static boolean isAtRevision(Pod pod, @Nullable StatefulSet statefulSet) {
    return statefulSet != null
        && Objects.equals(
            templateHash(pod.getMetadata().getAnnotations()),
            templateHash(
                statefulSet.getSpec().getTemplate().getMetadata() == null
                    ? null
                    : statefulSet.getSpec().getTemplate().getMetadata().getAnnotations()));
  }

  private static @Nullable String templateHash(@Nullable Map<String, String> annotations) {
    return annotations == null ? null : annotations.get(Keys.TEMPLATE_HASH);
  }

  private static OptionalLong memoryLimit(@Nullable PodSpec spec) {
    return memory(runtime(spec));
  }

  /**
   * What the kubelet says that a running container has: after a resize that is not done yet, less
   * than the spec. Of a container that is down it proves nothing, and there the spec counts.
   */
  private static @Nullable ResourceRequirements running(Pod pod) {
    ResourceRequirements asked = runtime(pod.getSpec());
    if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
      return asked;
    }
    return pod.getStatus().getContainerStatuses().stream()
        .filter(status -> Keys.RUNTIME_CONTAINER.equals(status.getName()))
        .filter(status -> status.getState() != null && status.getState().getRunning() != null)
        .map(ContainerStatus::getResources)
        .filter(Objects::nonNull)
        .filter(resources -> resources.getLimits() != null && !resources.getLimits().isEmpty())
        .findFirst()
        .orElse(asked);
  }

  private static @Nullable ResourceRequirements runtime(@Nullable PodSpec spec) {
    if (spec == null || spec.getContainers() == null) {
      return null;
    }
    return spec.getContainers().stream()
        .filter(container -> Keys.RUNTIME_CONTAINER.equals(container.getName()))
        .findFirst()
        .map(Container::getResources)
        .orElse(null);
  }

  private static Optional<String> limit(@Nullable ResourceRequirements resources, String name) {
    return Optional.ofNullable(resources)
        .map(ResourceRequirements::getLimits)
        .map(limits -> limits.get(name))
        .map(Object::toString);
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? Optional.empty()
        : pod.getStatus().getConditions().stream()
            .filter(condition -> type.equals(condition.getType()))
            .findFirst();
  }
}
