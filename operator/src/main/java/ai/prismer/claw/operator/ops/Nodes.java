package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.intent.Quantity;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The largest amount that a pod could find on one schedulable node. Asked only when something is
 * decided, and remembered for {@link #REMEMBERED}: nodes come and go slowly, and a list of a
 * thousand of them is not small. Thread-safe.
 */
final class Nodes {
  private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

  static final Duration REMEMBERED = Duration.ofSeconds(30);

  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final Clock clock;
  private volatile @Nullable Known known;

  private record Known(Limits limits, Instant at) {}

  Nodes(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Allocatable of the largest schedulable node; none where nodes cannot be read or are none. */
  Limits largest() {
    Instant now = clock.instant();
    Known last = known;
    if (last != null && now.isBefore(last.at().plus(REMEMBERED)) && !now.isBefore(last.at())) {
      return last.limits();
    }
    Limits read = read();
    known = new Known(read, now);
    return read;
  }

  private Limits read() {
    try {
      Limits largest = Limits.NONE;
      String next = null;
      do {
        NodeList page =
            client
                .nodes()
                .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
        largest = largest(largest, page.getItems());
        next = page.getMetadata().getContinue();
      } while (next != null && !next.isEmpty());
      return largest;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw refused;
      }
      LOG.info(
          "nodes cannot be read, so spec.ops.maxMemory bounds every raise: {}",
          refused.getMessage());
      return Limits.NONE;
    }
  }

  /** The larger of each resource, over these nodes and what is known already. Pure. */
  static Limits largest(Limits known, List<Node> nodes) {
    OptionalLong memory = known.memoryBytes();
    OptionalLong cpu = known.cpuMillicores();
    for (Node node : nodes) {
      if (isSchedulable(node)) {
        memory = larger(memory, allocatable(node, "memory").map(Quantity::storedBytes));
        cpu = larger(cpu, allocatable(node, "cpu").map(Quantity::storedMillicores));
      }
    }
    return new Limits(memory, cpu);
  }

  private static boolean isSchedulable(Node node) {
    if (node.getSpec() == null) {
      return true;
    }
    return !Boolean.TRUE.equals(node.getSpec().getUnschedulable())
        && node.getSpec().getTaints().stream()
            .noneMatch(taint -> !"PreferNoSchedule".equals(taint.getEffect()));
  }

  private static Optional<String> allocatable(Node node, String resource) {
    return node.getStatus() == null || node.getStatus().getAllocatable() == null
        ? Optional.empty()
        : Optional.ofNullable(node.getStatus().getAllocatable().get(resource))
            .map(Object::toString);
  }

  private static OptionalLong larger(OptionalLong known, Optional<Long> next) {
    long larger = Math.max(known.orElse(0), next.orElse(0L));
    return larger > 0 ? OptionalLong.of(larger) : OptionalLong.empty();
  }
}
