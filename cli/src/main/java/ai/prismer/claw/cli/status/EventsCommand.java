package ai.prismer.claw.cli.status;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Age;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Table;
import ai.prismer.claw.cli.resource.ClawSession;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What happened to an agent lately. */
@Command(
    name = "events",
    description = {
      "Shows the events of an agent, its StatefulSet and its pods in one list, oldest first.",
      "A cluster keeps events for about an hour; 'ops' shows what healing did before."
    })
public final class EventsCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.TREES;

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  private final GlobalOptions options;
  private final Screen screen;
  private final Clock clock;

  /** The verb. */
  public EventsCommand(GlobalOptions options, Screen screen, Clock clock) {
    this.options = options;
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    return ClawSession.on(options, "reading the events of", name, session -> show(session, format));
  }

  private int show(ClawSession session, Format format) {
    List<Event> events = ClawEvents.of(session.client(), session.claw());
    if (format != Format.TABLE) {
      ObjectNode list = Screen.object().put("apiVersion", "v1").put("kind", "List");
      ArrayNode items = list.putArray("items");
      var serialization = session.client().getKubernetesSerialization();
      events.forEach(event -> items.add(serialization.convertValue(event, ObjectNode.class)));
      screen.result(format, list);
      return ExitCode.OK;
    }
    if (events.isEmpty()) {
      screen.note("the cluster keeps no event of " + session.claw().name());
      return ExitCode.OK;
    }
    Instant now = clock.instant();
    Table table = new Table("SEEN", "TIMES", "TYPE", "REASON", "OBJECT", "MESSAGE");
    for (Event event : events) {
      table.row(
          Age.of(ClawEvents.time(event), now),
          event.getCount() == null ? 1 : event.getCount(),
          event.getType(),
          event.getReason(),
          event.getInvolvedObject().getKind() + "/" + event.getInvolvedObject().getName(),
          event.getMessage());
    }
    screen.result(table);
    return ExitCode.OK;
  }
}
