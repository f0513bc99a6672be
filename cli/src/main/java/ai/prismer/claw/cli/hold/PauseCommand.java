package ai.prismer.claw.cli.hold;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes the operator leave an agent alone. */
@Command(
    name = "pause",
    description = {
      "Leaves an agent alone: it runs on as it is, nothing of it is changed, healed or replaced, and",
      "no intent is carried out, until 'resume'. What self-healing has in flight stands still too."
    })
public final class PauseCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  private final Pausing pausing;

  /** The verb. */
  public PauseCommand(GlobalOptions options, Screen screen) {
    this.pausing = new Pausing(options, screen);
  }

  @Override
  public Integer call() {
    return pausing.set(name, true);
  }
}
