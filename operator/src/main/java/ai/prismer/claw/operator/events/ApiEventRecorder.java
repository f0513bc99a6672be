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
  private static final String COMPONENT = "k8s4claw";

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;

  /** When each happening was last written; the oldest fall out. Guarded by itself. */
  private final Map<String, Instant> written =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
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
    if (isQuiet(name, now)) {
      return;
    }
    try {
      write(about, reason, note, name, now);
    } catch (KubernetesClientException refused) {
      LOGGER.warn("event {} was not written: {}", reason, refused.getMessage());
    }
  }

  private boolean isQuiet(String name, Instant now) {
    synchronized (written) {
      Instant last = written.get(name);
      if (last != null && now.isBefore(last.plus(QUIET))) {
        return true;
      }
      written.put(name, now);
      return false;
    }
  }

  private void write(HasMetadata about, EventReason reason, String note, String name, Instant now) {
    // The Event of a cluster-wide object lies in the default namespace.
    String namespace =
        about.getMetadata().getNamespace() == null ? "default" : about.getMetadata().getNamespace();
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    var events = client.v1().events().inNamespace(namespace);
    try {
      events.resource(event(about, reason, note, name, namespace, time)).create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        throw refused;
      }
      Event before = events.withName(name).get();
      if (before == null) {
        return; // It expired in between; the next one makes it anew.
      }
      int count = before.getCount() == null ? 1 : before.getCount();
      client
          .resource(before)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"count\":" + (count + 1) + ",\"lastTimestamp\":\"" + time + "\"}");
    }
  }

  private Event event(
      HasMetadata about,
      EventReason reason,
      String note,
      String name,
      String namespace,
      String time) {
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
