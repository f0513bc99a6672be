package ai.prismer.claw.cli.ops;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints what self-healing raised, for Git. */
@Command(
    name = "adopt",
    description = {
      "Prints what self-healing raised as a merge patch of the Claw, for Git. Nothing is written.",
      "Once the spec says it, 'undo' takes the adjustment away without a change of the pod."
    })
public final class AdoptCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = List.of(Format.YAML, Format.JSON);

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  private final GlobalOptions options;
  private final Screen screen;

  /** The verb. */
  public AdoptCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    Format format = options.format(FORMATS);
    return ClawSession.on(options, "reading", name, session -> adopt(session, format));
  }

  private int adopt(ClawSession session, Format format) {
    ObjectNode patch =
        Adoption.patch(session.claw())
            .orElseThrow(() ->
                CommandException.failed(
                    session.claw().name()
                        + " has no adjustment beyond its spec: there is nothing to adopt"));
    screen.result(format, patch);
    screen.note("nothing was written; put this into Git, then: " + session.command("undo"));
    return ExitCode.OK;
  }
}
