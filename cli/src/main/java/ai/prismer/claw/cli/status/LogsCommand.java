package ai.prismer.claw.cli.status;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Pods;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an agent's pods print. */
@Command(
    name = "logs",
    description = {
      "Shows what the pods of an agent print. With more than one pod each line begins with its pod.",
      "What an agent prints is foreign text: control characters and escapes are shown, not sent."
    })
public final class LogsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Option(
      names = {"-c", "--container"},
      paramLabel = "NAME",
      defaultValue = Keys.RUNTIME_CONTAINER,
      description = "The container (default: ${DEFAULT-VALUE}, the agent itself).")
  private String container = Keys.RUNTIME_CONTAINER;

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on until the pods end or you stop it.")
  private boolean follow;

  @Option(
      names = {"-p", "--previous"},
      description = "Of the container before the last restart.")
  private boolean previous;

  @Option(
      names = "--tail",
      paramLabel = "LINES",
      description = "Only the last lines; without it all that the node keeps.")
  private @Nullable Integer tail;

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public LogsCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    if (follow && previous) {
      throw CommandException.usage("-f and -p exclude each other: what is over cannot be followed");
    }
    if (tail != null && tail < 0) {
      throw CommandException.usage("--tail is a number of lines, not " + tail);
    }
    return ClawSession.on(options, "reading the logs of", name, this::show);
  }

  private int show(ClawSession session) {
    List<Pod> pods = Pods.of(session.client(), session.claw());
    if (pods.isEmpty()) {
      throw CommandException.failed(
          session.claw().name() + " has no pod", session.command("status") + " says why");
    }
    for (Pod pod : pods) {
      if (containers(pod).noneMatch(container::equals)) {
        throw CommandException.usage(
            "pod "
                + pod.getMetadata().getName()
                + " has no container "
                + container
                + "; it has "
                + String.join(", ", containers(pod).toList()));
      }
    }
    new PodLogs(session.client(), screen, container, previous, tail).show(pods, follow);
    return ExitCode.OK;
  }

  private static Stream<String> containers(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .map(Container::getName);
  }
}
