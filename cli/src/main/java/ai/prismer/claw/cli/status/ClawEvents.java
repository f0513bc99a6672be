package ai.prismer.claw.cli.status;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.resource.Found;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The events of a Claw and of what was made for it. Pods are told by their names, because those
 * that are gone are the ones whose events matter; an event only describes, whoever wrote it.
 */
final class ClawEvents {
  private static final long PAGE = 500;

  private ClawEvents() {}

  /** The events, oldest first. */
  static List<Event> of(KubernetesClient client, Found<Claw> claw) {
    List<Event> events = new ArrayList<>();
    Pattern pod = Pattern.compile(Pattern.quote(claw.name()) + "-[0-9]+");
    String next = null;
    do {
      EventList page =
          client
              .v1()
              .events()
              .inNamespace(claw.namespace())
              .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      page.getItems().stream().filter(event -> isOf(event, claw, pod)).forEach(events::add);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    events.sort(Comparator.comparing(ClawEvents::time));
    return events;
  }

  /** When it was seen last, RFC 3339; empty if it does not say. */
  static String time(Event event) {
    if (event.getSeries() != null && event.getSeries().getLastObservedTime() != null) {
      return event.getSeries().getLastObservedTime().getTime();
    }
    if (event.getLastTimestamp() != null) {
      return event.getLastTimestamp();
    }
    return event.getEventTime() == null ? "" : event.getEventTime().getTime();
  }

  private static boolean isOf(Event event, Found<Claw> claw, Pattern pod) {
    var object = event.getInvolvedObject();
    String name = object.getName() == null ? "" : object.getName();
    return switch (object.getKind()) {
      case "Claw" -> name.equals(claw.name()) && claw.uid().equals(object.getUid());
      case "StatefulSet" -> name.equals(claw.name());
      case "Pod" -> pod.matcher(name).matches();
      case null, default -> false;
    };
  }
}
