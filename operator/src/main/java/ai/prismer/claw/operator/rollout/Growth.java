package ai.prismer.claw.operator.rollout;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a running pod can be given more where it stands, through its {@code resize} subresource
 * (KEP-1287), instead of being replaced. Pure.
 *
 * <p>Only a container that runs and is ready, and only more of what it has. A container that the
 * kernel killed is not trusted, even if it runs again: on Kubernetes 1.34 its status then showed
 * the new limit while the pod's own cgroup kept the old sum, and the kernel went on killing at the
 * old limit. Less of something is a matter for a new pod too: the kernel cannot take memory back
 * that is in use.
 */
public final class Growth {
  private static final String OOM_KILLED = "OOMKilled";
  private static final String PENDING = "PodResizePending";

  private Growth() {}

  /** What the runtime container is to have, if nothing else differs and it can grow into it. */
  public static Optional<ResourceRequirements> of(Pod pod, PodTemplateSpec wanted) {
    Optional<ResourceRequirements> present = resources(pod.getSpec().getContainers());
    Optional<ResourceRequirements> next = resources(wanted.getSpec().getContainers());
    return !pod.isMarkedForDeletion()
            && present.isPresent()
            && next.isPresent()
            && Objects.equals(
                templateHash(pod.getMetadata().getAnnotations()),
                templateHash(wanted.getMetadata().getAnnotations()))
            && runsWell(pod)
            && grows(present.get().getLimits(), next.get().getLimits())
            && grows(present.get().getRequests(), next.get().getRequests())
        ? next
        : Optional.empty();
  }

  /** Since when the kubelet cannot give what was asked for; empty when it can. */
  public static Optional<Instant> refusedSince(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? Optional.empty()
        : pod.getStatus().getConditions().stream()
            .filter(condition -> PENDING.equals(condition.getType()))
            .filter(condition -> "True".equals(condition.getStatus()))
            .filter(condition -> condition.getLastTransitionTime() != null)
            .map(condition -> Instant.parse(condition.getLastTransitionTime()))
            .findFirst();
  }

  private static boolean runsWell(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getContainerStatuses() != null
        && pod.getStatus().getContainerStatuses().stream()
            .filter(status -> Keys.RUNTIME_CONTAINER.equals(status.getName()))
            .anyMatch(status -> isRunning(status) && !wasKilled(status.getLastState()));
  }

  private static boolean isRunning(ContainerStatus status) {
    return Boolean.TRUE.equals(status.getReady())
        && status.getState() != null
        && status.getState().getRunning() != null;
  }

  private static boolean wasKilled(@Nullable ContainerState last) {
    return last != null
        && last.getTerminated() != null
        && OOM_KILLED.equals(last.getTerminated().getReason());
  }

  /** Nothing less, and nothing that is not there yet. */
  private static boolean grows(
      @Nullable Map<String, Quantity> present, @Nullable Map<String, Quantity> next) {
    Map<String, Quantity> has = present == null ? Map.of() : present;
    Map<String, Quantity> gets = next == null ? Map.of() : next;
    return gets.entrySet().stream()
        .allMatch(entry -> {
          Quantity there = has.get(entry.getKey());
          return there != null
              && there.getNumericalAmount().compareTo(entry.getValue().getNumericalAmount()) <= 0;
        });
  }

  private static Optional<ResourceRequirements> resources(List<Container> containers) {
    return containers.stream()
        .filter(container -> container.getName().equals(Keys.RUNTIME_CONTAINER))
        .map(Container::getResources)
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static @Nullable String templateHash(@Nullable Map<String, String> annotations) {
    return annotations == null ? null : annotations.get(Keys.TEMPLATE_HASH);
  }
}
