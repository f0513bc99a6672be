package ai.prismer.claw.operator.rollout;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One own pod as a rollout and a status see it.
 *
 * @param pod the pod
 * @param current whether it was made from the wanted template and has the wanted resources
 * @param ready whether it is Ready and stays
 * @param leaving whether it is being deleted
 * @param crashing whether a container waits in CrashLoopBackOff
 * @param reason why it is not ready, CamelCase
 * @param message the same for a person
 */
public record PodState(
    Pod pod,
    boolean current,
    boolean ready,
    boolean leaving,
    boolean crashing,
    String reason,
    String message) {

  private static final String CRASH_LOOP = "CrashLoopBackOff";

  /** Judges a pod against the template that is wanted. */
  public static PodState of(Pod pod, PodTemplateSpec wanted) {
    boolean leaving = pod.isMarkedForDeletion();
    Optional<ContainerStatus> waiting = waiting(pod);
    String reason = waiting.map(PodState::waitingReason).orElseGet(() -> otherReason(pod));
    return new PodState(
        pod,
        isCurrent(pod, wanted),
        !leaving
            && condition(pod, "Ready")
                .filter(found -> found.getStatus().equals("True"))
                .isPresent(),
        leaving,
        waiting.map(PodState::waitingReason).filter(CRASH_LOOP::equals).isPresent(),
        reason,
        message(pod, waiting, reason));
  }

  private static boolean isCurrent(Pod pod, PodTemplateSpec wanted) {
    return Objects.equals(
            templateHash(pod.getMetadata().getAnnotations()),
            templateHash(wanted.getMetadata().getAnnotations()))
        && sameResources(
            resources(pod.getSpec().getContainers()), resources(wanted.getSpec().getContainers()));
  }

  private static @Nullable String templateHash(@Nullable Map<String, String> annotations) {
    return annotations == null ? null : annotations.get(Keys.TEMPLATE_HASH);
  }

  private static ResourceRequirements resources(List<Container> containers) {
    return containers.stream()
        .filter(container -> container.getName().equals(Keys.RUNTIME_CONTAINER))
        .map(Container::getResources)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseGet(ResourceRequirements::new);
  }

  /**
   * What is wanted must be there; the server may have added a request for a limit without one, and
   * a LimitRange more than that.
   */
  private static boolean sameResources(ResourceRequirements actual, ResourceRequirements wanted) {
    return holds(actual.getLimits(), wanted.getLimits())
        && holds(actual.getRequests(), wanted.getRequests());
  }

  private static boolean holds(
      @Nullable Map<String, Quantity> actual, @Nullable Map<String, Quantity> wanted) {
    if (wanted == null) {
      return true;
    }
    return wanted.entrySet().stream()
        .allMatch(entry -> {
          Quantity there = actual == null ? null : actual.get(entry.getKey());
          return there != null
              && there.getNumericalAmount().compareTo(entry.getValue().getNumericalAmount()) == 0;
        });
  }

  private static Optional<ContainerStatus> waiting(Pod pod) {
    return statuses(pod).stream()
        .filter(status -> waitingReason(status) != null)
        .filter(status -> !isStarting(waitingReason(status)))
        .findFirst();
  }

  private static boolean isStarting(@Nullable String reason) {
    return "ContainerCreating".equals(reason) || "PodInitializing".equals(reason);
  }

  private static @Nullable String waitingReason(ContainerStatus status) {
    ContainerState state = status.getState();
    return state == null || state.getWaiting() == null ? null : state.getWaiting().getReason();
  }

  private static String otherReason(Pod pod) {
    Optional<PodCondition> unscheduled =
        condition(pod, "PodScheduled").filter(found -> found.getStatus().equals("False"));
    return unscheduled.map(PodCondition::getReason).orElse("NotReady");
  }

  private static String message(Pod pod, Optional<ContainerStatus> waiting, String reason) {
    String name = pod.getMetadata().getName();
    if (waiting.isPresent()) {
      String detail = waiting.get().getState().getWaiting().getMessage();
      return "container "
          + waiting.get().getName()
          + " of pod "
          + name
          + " waits: "
          + reason
          + (detail == null ? "" : " (" + detail + ")")
          + lastEnd(waiting.get());
    }
    return condition(pod, "PodScheduled")
        .filter(found -> found.getStatus().equals("False"))
        .map(found -> "pod " + name + " is not scheduled: " + found.getMessage())
        .orElse("pod " + name + " is not ready yet");
  }

  private static String lastEnd(ContainerStatus status) {
    ContainerState last = status.getLastState();
    if (last == null || last.getTerminated() == null) {
      return "";
    }
    return "; it ended with "
        + last.getTerminated().getReason()
        + ", exit code "
        + last.getTerminated().getExitCode();
  }

  private static List<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
        ? List.of()
        : pod.getStatus().getContainerStatuses();
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? Optional.empty()
        : pod.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals(type))
            .findFirst();
  }
}
