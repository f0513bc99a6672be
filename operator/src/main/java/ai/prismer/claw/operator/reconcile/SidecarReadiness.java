package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.operator.rollout.PodState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.util.List;
import java.util.Optional;

/** What the kubelet says of a native sidecar. Pure. */
final class SidecarReadiness {

  private SidecarReadiness() {}

  /** Why a sidecar is not ready; empty when it is. */
  static Optional<String> complaint(String container, List<PodState> pods) {
    Optional<ContainerStatus> status =
        pods.stream()
            .filter(state -> !state.leaving())
            .filter(state -> state.pod().getStatus() != null)
            .flatMap(state -> state.pod().getStatus().getInitContainerStatuses().stream())
            .filter(found -> found.getName().equals(container))
            .findFirst();
    if (status.isPresent() && Boolean.TRUE.equals(status.get().getReady())) {
      return Optional.empty();
    }
    String detail =
        status
            .map(ContainerStatus::getState)
            .map(state -> state.getWaiting())
            .map(waits -> " and waits: " + waits.getReason())
            .orElse("");
    return Optional.of("container " + container + " is not ready yet" + detail);
  }
}
