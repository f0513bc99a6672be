package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has dead letters delivered again. */
@Command(
    name = "replay",
    description = {
      "Puts messages back in line, as if they were new.",
      "They come behind those that their channel is owed, and are no dead letters any more; one that"
          + " fails again becomes one again."
    })
final class ReplayCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;

  @Mixin private final Choice chosen = new Choice();

  ReplayCommand(GlobalOptions options, Screen screen) {
    this.options = options;
    this.screen = screen;
  }

  @Override
  public Integer call() {
    Format format = options.format(DlqCommand.FORMATS);
    chosen.check();
    return ClawSession.on(
        options, "replaying dead letters of", chosen.name(), session -> replay(session, format));
  }

  private int replay(ClawSession session, Format format) {
    DeadLetters letters = new DeadLetters(BusExec.of(session));
    List<Long> ids = chosen.ids(letters);
    letters.replay(ids);
    if (format == Format.TABLE) {
      screen.result(
          ids.size()
              + " put back in line; "
              + session.command("dlq list")
              + " shows what fails again");
    } else {
      screen.result(format, Screen.object().put("replayed", ids.size()));
    }
    return ExitCode.OK;
  }
}
