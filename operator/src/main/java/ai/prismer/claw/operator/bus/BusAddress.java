package ai.prismer.claw.operator.bus;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.contract.BusMetrics;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the bus of a pod can be asked.
 *
 * <p>A pod's address stands in its status, which others than the kubelet may write. An address that
 * no pod has, of this machine or of a cloud's metadata, is none: nobody borrows the operator's way
 * through the network. Of what answers, only numbers in a known form are ever shown.
 */
final class BusAddress {
  private BusAddress() {}

  /** The page of the bus that runs in this pod; empty while none does. */
  static Optional<URI> of(Pod pod) {
    if (!runs(pod) || Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      return Optional.empty();
    }
    return address(pod.getStatus().getPodIP())
        .map(host -> URI.create("http://" + host + ":" + BusMetrics.PORT + BusMetrics.PATH));
  }

  private static boolean runs(Pod pod) {
    return pod.getStatus() != null
        && pod.getMetadata().getDeletionTimestamp() == null
        && Stream.of(
                pod.getStatus().getInitContainerStatuses(), pod.getStatus().getContainerStatuses())
            .flatMap(List::stream)
            .anyMatch(BusAddress::isRunningBus);
  }

  private static boolean isRunningBus(ContainerStatus container) {
    return Keys.BUS_CONTAINER.equals(container.getName())
        && container.getState() != null
        && container.getState().getRunning() != null;
  }

  private static Optional<String> address(@Nullable String text) {
    try {
      // A zone means an interface of this machine.
      InetAddress address = text == null || text.contains("%") ? null : InetAddress.ofLiteral(text);
      if (address == null
          || address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isAnyLocalAddress()
          || address.isMulticastAddress()) {
        return Optional.empty();
      }
      String literal = address.getHostAddress();
      return Optional.of(address instanceof Inet6Address ? "[" + literal + "]" : literal);
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty();
    }
  }
}
