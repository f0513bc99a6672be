package ai.prismer.claw.cli.status;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Kind;
import ai.prismer.claw.cli.resource.Pods;
import ai.prismer.claw.cli.resource.Store;
import ai.prismer.claw.cli.resource.Writing;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Where agents stand. */
@Command(
    name = "status",
    description = {
      "Shows where an agent stands: phase, conditions with the next step to take, pods, healing.",
      "Without NAME, a line for each agent of the namespace.",
      "json and yaml are the objects as the server has them."
    })
public final class StatusCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The Claw; without it, all of the namespace, or with -A of the cluster.")
  private @Nullable String name;

  private final GlobalOptions options;
  private final Screen screen;
  private final Clock clock;

  /** The verb. */
  public StatusCommand(GlobalOptions options, Screen screen, Clock clock) {
    this.options = options;
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    boolean everywhere = options.isAllNamespaces();
    if (name == null) {
      return options.cluster().call("listing Claws", client -> all(client, format, everywhere));
    }
    if (everywhere) {
      throw CommandException.usage("-A and a NAME exclude each other");
    }
    return ClawSession.on(options, "reading", name, session -> one(session, format));
  }

  private int one(ClawSession session, Format format) {
    if (format == Format.TABLE) {
      new StatusScreen(screen, clock.instant())
          .show(session.claw(), Pods.of(session.client(), session.claw()));
    } else {
      Writing.one(screen, format, Kind.CLAW, session.claw());
    }
    return ExitCode.OK;
  }

  private int all(KubernetesClient client, Format format, boolean everywhere) {
    String namespace = everywhere ? null : options.clawNamespace(client);
    List<Found<Claw>> claws = new Store<>(client, Kind.CLAW, Claw.class).list(namespace);
    if (format != Format.TABLE) {
      Writing.all(screen, format, Kind.CLAW, claws);
    } else if (claws.isEmpty()) {
      screen.note(
          namespace == null
              ? "there is no Claw in this cluster"
              : "there is no Claw in namespace " + namespace + "; -A looks everywhere");
    } else {
      new StatusScreen(screen, clock.instant()).list(claws, everywhere);
    }
    return ExitCode.OK;
  }
}
