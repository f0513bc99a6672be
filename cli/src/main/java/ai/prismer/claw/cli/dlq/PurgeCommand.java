package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.cli.resource.ClawSession;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes dead letters. */
@Command(
    name = "purge",
    description = "Removes messages that could not be delivered. They are gone for good.")
final class PurgeCommand implements Callable<Integer> {
  private final GlobalOptions options;
  private final Screen screen;
  private final Terminal terminal;

  @Mixin private final Choice chosen = new Choice();

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask, even at a terminal.")
  private boolean yes;

  PurgeCommand(GlobalOptions options, Screen screen, Terminal terminal) {
    this.options = options;
    this.screen = screen;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Format format = options.format(DlqCommand.FORMATS);
    chosen.check();
    return ClawSession.on(
        options, "purging dead letters of", chosen.name(), session -> purge(session, format));
  }

  private int purge(ClawSession session, Format format) {
    DeadLetters letters = new DeadLetters(BusExec.of(session));
    List<Long> ids = chosen.ids(letters);
    if (!ids.isEmpty() && !yes && terminal.isThere() && !isConfirmed(session, ids.size())) {
      throw CommandException.failed("nothing was purged");
    }
    letters.purge(ids);
    if (format == Format.TABLE) {
      screen.result(ids.size() + " of the dead letters of " + session.claw().name() + " are gone");
    } else {
      screen.result(format, Screen.object().put("purged", ids.size()));
    }
    return ExitCode.OK;
  }

  private boolean isConfirmed(ClawSession session, int count) {
    return terminal
        .answer(
            "remove " + count + " messages of " + session.claw().name() + " for good? Type purge: ")
        .equals("purge");
  }
}
