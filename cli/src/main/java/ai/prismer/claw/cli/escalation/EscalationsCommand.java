package ai.prismer.claw.cli.escalation;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Age;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Table;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Store;
import ai.prismer.claw.cli.resource.Writing;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The incidents of a namespace. */
@Command(
    name = "escalations",
    description = {
      "Lists incidents, oldest first: what was seen, what was or is to be done, and who waits for",
      "whom. 'approve' and 'reject' decide on those that are AwaitingApproval."
    })
public final class EscalationsCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  private final GlobalOptions options;
  private final Screen screen;
  private final Clock clock;

  /** The verb. */
  public EscalationsCommand(GlobalOptions options, Screen screen, Clock clock) {
    this.options = options;
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    boolean everywhere = options.isAllNamespaces();
    return options
        .cluster()
        .call("listing escalations", client -> list(client, format, everywhere));
  }

  private int list(KubernetesClient client, Format format, boolean everywhere) {
    String namespace = everywhere ? null : options.clawNamespace(client);
    List<Found<ObjectNode>> all =
        new Store<>(client, Kind.ESCALATION, ObjectNode.class)
            .list(namespace).stream().sorted(Comparator.comparing(Found::created)).toList();
    if (format != Format.TABLE) {
      Writing.all(screen, format, Kind.ESCALATION, all);
    } else if (all.isEmpty()) {
      screen.note(
          namespace == null
              ? "there is no escalation in this cluster"
              : "there is no escalation in namespace " + namespace + "; -A looks everywhere");
    } else {
      screen.result(table(all));
    }
    return ExitCode.OK;
  }

  private Table table(List<Found<ObjectNode>> all) {
    Table table =
        new Table(
            "NAMESPACE", "NAME", "CLAW", "TRIGGER", "SEVERITY", "PHASE", "ACTION", "RESULT", "AGE");
    Instant now = clock.instant();
    for (Found<ObjectNode> found : all) {
      Facts facts = Facts.of(found);
      table.row(
          found.namespace(),
          found.name(),
          facts.claw(),
          facts.trigger(),
          facts.severity(),
          facts.phase(),
          facts.action(),
          facts.result(),
          Age.of(found.created(), now));
    }
    return table;
  }
}
