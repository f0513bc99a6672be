package ai.prismer.claw.operator.events;

import ai.prismer.claw.operator.model.Canonical;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events of the core group, which {@code kubectl describe} and {@code kubectl get events}
 * show.
 *
 * <p>The name of an Event is a hash of object, reason and message. So the same happening counts up
 * one Event, also across restarts and between two operators, without any list or cache of Events.
 * One happening is written at most once a minute.
 */
public final class ApiEventRecorder implements EventRecorder {

  private static final Logger LOGGER = LoggerFactory.getLogger(ApiEventRecorder.class);
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final int REMEMBERED = 4096;
  private static final int MAX_NOTE = 1024;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final String COMPONENT = "k8s4claw";

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;

  /**
   * A happening as it was written last.
   *
   * @param at when
   * @param count how often it had happened by then; 0 where that is not known
   */
  private record Written(Instant at, int count) {}

  /** By the name of the Event; the oldest fall out. Guarded by itself. */
  private final Map<String, Written> written =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Written> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * Writes with the client.
   *
   * @param instance name of this operator's pod
   */
  public ApiEventRecorder(KubernetesClient client, Clock clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  @Override
  public void record(HasMetadata about, EventReason reason, String message) {
    String note = message.length() > MAX_NOTE ? message.substring(0, MAX_NOTE - 1) + "…" : message;
    String uid = about.getMetadata().getUid();
    String name =
        about.getMetadata().getName()
            + "."
            + Canonical.hash(List.of(uid == null ? "" : uid, reason.name(), note));
    Instant now = clock.instant();
    Written last;
    synchronized (written) {
      last = written.get(name);
      if (last != null && now.isBefore(last.at().plus(QUIET))) {
        return;
      }
      written.put(name, new Written(now, last == null ? 0 : last.count()));
    }
    try {
      int count = write(event(about, reason, note, name, now), last == null ? 0 : last.count());
      synchronized (written) {
        written.put(name, new Written(now, count));
      }
    } catch (KubernetesClientException refused) {
      LOGGER.warn("event {} was not written: {}", reason, refused.getMessage());
    }
  }

  /** Writes the Event, or counts up the one that is there; how often it has happened. */
  private int write(Event event, int before) {
    if (before > 0 && countUp(event, before + 1)) {
      return before + 1;
    }
    var events = client.v1().events().inNamespace(event.getMetadata().getNamespace());
    try {
      events.resource(event).create();
      return 1;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        throw refused;
      }
    }
    // Another operator wrote it, or this one before it was started anew.
    Event there = events.withName(event.getMetadata().getName()).get();
    if (there == null) {
      return 0; // It expired in between; the next one makes it anew.
    }
    int count = there.getCount() == null ? 2 : there.getCount() + 1;
    countUp(event, count);
    return count;
  }

  /** False where there is no such Event any more; they live for an hour. */
  private boolean countUp(Event event, int count) {
    try {
      client
          .resource(event)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"count\":" + count + ",\"lastTimestamp\":\"" + event.getLastTimestamp() + "\"}");
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != NOT_FOUND) {
        throw refused;
      }
      return false;
    }
  }

  private Event event(
      HasMetadata about, EventReason reason, String note, String name, Instant now) {
    // The Event of a cluster-wide object lies in the default namespace.
    String namespace =
        about.getMetadata().getNamespace() == null ? "default" : about.getMetadata().getNamespace();
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withType(reason.type())
        .withReason(reason.name())
        .withMessage(note)
        .withCount(1)
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .withReportingComponent(COMPONENT)
        .withReportingInstance(instance)
        .withInvolvedObject(
            new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(about.getMetadata().getNamespace())
                .withName(about.getMetadata().getName())
                .withUid(about.getMetadata().getUid())
                .build())
        .build();
  }
}
