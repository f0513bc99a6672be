package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The verbs around dead letters. */
@Command(
    name = "dlq",
    description = {
      "Looks after the messages that an agent's bus gave up.",
      "They were tried five times, or once where trying again is of no use. The bus keeps 10,000 of"
          + " them for 7 days.",
      "Needs the right to create pods/exec: a program of the bus's own image asks the bus."
    },
    synopsisSubcommandLabel = "COMMAND")
public final class DlqCommand {
  /** The values of {@code -o} of each verb. */
  public static final List<Format> FORMATS = Format.TREES;

  /** The verbs. */
  public static final List<String> VERBS = List.of("list", "show", "replay", "purge");

  private DlqCommand() {}

  /** The command with its verbs. */
  public static CommandLine line(
      GlobalOptions options, Screen screen, Terminal terminal, Clock clock) {
    return new CommandLine(new DlqCommand())
        .addSubcommand(new ListCommand(options, screen, clock))
        .addSubcommand(new ShowCommand(options, screen, clock))
        .addSubcommand(new ReplayCommand(options, screen))
        .addSubcommand(new PurgeCommand(options, screen, terminal));
  }
}
