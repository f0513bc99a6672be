package ai.prismer.claw.cli.hold;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends a pause. */
@Command(
    name = "resume",
    description = {"Ends 'pause': what the spec asks for takes effect, and self-healing goes on."})
public final class ResumeCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  private final Pausing pausing;

  /** The verb. */
  public ResumeCommand(GlobalOptions options, Screen screen) {
    this.pausing = new Pausing(options, screen);
  }

  @Override
  public Integer call() {
    return pausing.set(name, false);
  }
}
