package ai.prismer.claw.cli.hold;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts a suspended agent. */
@Command(
    name = "wake",
    description = {"Starts a suspended agent again: sets spec.suspend to false."})
public final class WakeCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Mixin private final PhaseOptions awaited = new PhaseOptions();

  private final Suspending suspending;

  /** The verb. */
  public WakeCommand(GlobalOptions options, Screen screen) {
    this.suspending = new Suspending(options, screen);
  }

  @Override
  public Integer call() {
    return suspending.set(awaited.name(), false, awaited.timeout(PhaseOptions.TO_WAKE));
  }
}
