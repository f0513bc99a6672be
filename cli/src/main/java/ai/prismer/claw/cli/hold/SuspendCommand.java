package ai.prismer.claw.cli.hold;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Scales an agent to zero. */
@Command(
    name = "suspend",
    description = {"Scales an agent to zero and keeps everything else: sets spec.suspend."})
public final class SuspendCommand implements Callable<Integer> {
  /** The values of {@code -o}. */
  public static final List<Format> FORMATS = Format.ALL;

  @Mixin private final PhaseOptions awaited = new PhaseOptions();

  private final Suspending suspending;

  /** The verb. */
  public SuspendCommand(GlobalOptions options, Screen screen) {
    this.suspending = new Suspending(options, screen);
  }

  @Override
  public Integer call() {
    return suspending.set(awaited.name(), true, awaited.timeout(PhaseOptions.TO_SUSPEND));
  }
}
