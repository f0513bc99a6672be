package ai.prismer.claw.cli.hold;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a suspended agent. */
@Command(
    name = "wake",
    description = {"Starts a suspended agent again: sets spec.suspend to false."})
public final class WakeCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "2m",
      converter = Patience.class,
      description =
          "How long to wait for the phase Running (default: ${DEFAULT-VALUE}; 0s: not at all).")
  private Duration timeout = Duration.ZERO;

  private final Suspending suspending;

  /** The verb. */
  public WakeCommand(GlobalOptions options, Screen screen) {
    this.suspending = new Suspending(options, screen);
  }

  @Override
  public Integer call() {
    return suspending.set(name, false, timeout);
  }
}
