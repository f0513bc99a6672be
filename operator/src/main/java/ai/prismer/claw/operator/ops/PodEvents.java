package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ops.EventRecord;
import ai.prismer.claw.gate.text.ForeignText;
import ai.prismer.claw.operator.model.Names;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Events say of a Claw's pods, for who looks at an incident. They only describe: any editor of
 * the namespace can write one, so nothing is counted by them, every text is foreign, and number and
 * length are bounded. That they cannot be read keeps no incident from being recorded.
 */
final class PodEvents {
  private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);

  /** Of so many Events of a pod the latest are found; whoever writes more hides only those. */
  private static final long MOST_READ = 200;

  private static final int MOST_TOLD = 10;
  private static final int MOST_PODS = 10;
  private static final int MAX_REASON = 64;
  private static final int MAX_MESSAGE = 256;

  private final KubernetesClient client;

  PodEvents(KubernetesClient client) {
    this.client = client;
  }

  /** The latest Events of the Claw's pods, oldest first. */
  List<EventRecord> of(Sight sight) {
    String namespace = sight.claw().getMetadata().getNamespace();
    String workload = Names.workload(sight.claw());
    int pods = Math.clamp(sight.replicas(), 1, MOST_PODS);
    try {
      List<EventRecord> told =
          IntStream.range(0, pods)
              .mapToObj(ordinal -> workload + "-" + ordinal)
              .flatMap(pod -> read(namespace, pod))
              .map(PodEvents::told)
              .sorted(Comparator.comparing(PodEvents::time))
              .toList();
      return told.subList(Math.max(0, told.size() - MOST_TOLD), told.size());
    } catch (KubernetesClientException refused) {
      LOG.warn("events of {}/{} cannot be read: {}", namespace, workload, refused.getMessage());
      return List.of();
    }
  }

  private Stream<Event> read(String namespace, String pod) {
    return client
        .v1()
        .events()
        .inNamespace(namespace)
        .withField("involvedObject.kind", "Pod")
        .withField("involvedObject.name", pod)
        .list(new ListOptionsBuilder().withLimit(MOST_READ).build())
        .getItems()
        .stream();
  }

  static EventRecord told(Event event) {
    return new EventRecord(
        text(event.getType(), MAX_REASON),
        text(event.getReason(), MAX_REASON),
        text(timestamp(event), MAX_REASON),
        text(event.getMessage(), MAX_MESSAGE));
  }

  private static String timestamp(Event event) {
    MicroTime exact = event.getEventTime();
    return Stream.of(
            event.getLastTimestamp(),
            exact == null ? null : exact.getTime(),
            event.getFirstTimestamp(),
            event.getMetadata().getCreationTimestamp())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("");
  }

  private static Instant time(EventRecord event) {
    try {
      return OffsetDateTime.parse(event.timestamp()).toInstant();
    } catch (DateTimeException unreadable) {
      return Instant.EPOCH;
    }
  }

  private static String text(@Nullable String text, int most) {
    return ForeignText.line(Objects.requireNonNullElse(text, ""), most);
  }
}
