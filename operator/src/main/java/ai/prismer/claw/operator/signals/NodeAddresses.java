package ai.prismer.claw.operator.signals;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where kubelets answer. From the Node objects, never from the status of a pod: whoever may write
 * that could have the token sent to himself.
 *
 * <p>Used by one thread.
 */
final class NodeAddresses {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** A node that is not known is looked for this often, not at every poll. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private static final long PAGE = 500;
  private static final int KUBELET_PORT = 10250;

  private final KubernetesClient client;
  private final Clock clock;
  private Map<String, URI> known = Map.of();
  private Instant readAt = Instant.MIN;

  NodeAddresses(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * The pages with measurements, by name of the node; without those that have no internal address.
   */
  Map<String, URI> of(Set<String> nodes) {
    Instant now = clock.instant();
    Duration age = known.keySet().containsAll(nodes) ? REMEMBERED : AGAIN;
    if (readAt.equals(Instant.MIN) || !now.isBefore(readAt.plus(age))) {
      known = read();
      readAt = now;
    }
    Map<String, URI> found = new HashMap<>(known);
    found.keySet().retainAll(nodes);
    return found;
  }

  private Map<String, URI> read() {
    Map<String, URI> addresses = new HashMap<>();
    String next = null;
    do {
      NodeList page =
          client.nodes().list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      for (Node node : page.getItems()) {
        page(node).ifPresent(uri -> addresses.put(node.getMetadata().getName(), uri));
      }
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return addresses;
  }

  static Optional<URI> page(Node node) {
    if (node.getStatus() == null || node.getStatus().getAddresses() == null) {
      return Optional.empty();
    }
    return node.getStatus().getAddresses().stream()
        .filter(address -> "InternalIP".equals(address.getType()))
        .map(NodeAddress::getAddress)
        .findFirst()
        .flatMap(address -> uri(address, port(node)));
  }

  private static int port(Node node) {
    var endpoints = node.getStatus().getDaemonEndpoints();
    Integer port =
        endpoints == null || endpoints.getKubeletEndpoint() == null
            ? null
            : endpoints.getKubeletEndpoint().getPort();
    return port == null || port <= 0 ? KUBELET_PORT : port;
  }

  private static Optional<URI> uri(String address, int port) {
    try {
      return Optional.of(new URI("https", null, address, port, "/metrics/resource", null, null));
    } catch (URISyntaxException noAddress) {
      return Optional.empty();
    }
  }
}
