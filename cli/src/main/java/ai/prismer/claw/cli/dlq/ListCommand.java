package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Age;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Table;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists dead letters. */
@Command(
    name = "list",
    description = "Lists the messages that could not be delivered, the last one last.")
final class ListCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  /** Of a reason in a line of the table; all of it is in the other formats. */
  private static final int REASON = 100;

  private final GlobalOptions options;
  private final Screen screen;
  private final Clock clock;

  @Parameters(paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Only the last N, 1 to 10000 (default: ${DEFAULT-VALUE}).")
  private int last = 50;

  ListCommand(GlobalOptions options, Screen screen, Clock clock) {
    this.options = options;
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Format format = options.format(DlqCommand.FORMATS);
    if (last < 1 || last > MOST) {
      throw CommandException.usage("--last is a number from 1 to " + MOST);
    }
    return ClawSession.on(
        options, "listing the dead letters of", name, session -> list(session, format));
  }

  private int list(ClawSession session, Format format) {
    List<DeadLetter> all = new DeadLetters(BusExec.of(session)).list();
    List<DeadLetter> shown = all.subList(Math.max(0, all.size() - last), all.size());
    if (format != Format.TABLE) {
      ObjectNode result = Screen.object().put("kept", all.size());
      ArrayNode letters = result.putArray("deadLetters");
      shown.forEach(letter -> letter.write(letters.addObject()));
      screen.result(format, result);
    } else if (all.isEmpty()) {
      screen.note("the bus of " + session.claw().name() + " has no dead letters");
    } else {
      screen.result(table(shown));
    }
    if (shown.size() < all.size()) {
      screen.note(all.size() - shown.size() + " older ones are not shown; --last shows more");
    }
    return ExitCode.OK;
  }

  private Table table(List<DeadLetter> letters) {
    Table table =
        new Table("ID", "CHANNEL", "DIRECTION", "ATTEMPTS", "BYTES", "GIVEN UP", "REASON");
    for (DeadLetter letter : letters) {
      table.row(
          letter.id(),
          letter.channel(),
          letter.direction(),
          letter.attempts(),
          letter.bytes(),
          Age.of(letter.died(), clock.instant()) + " ago",
          ForeignText.line(letter.reason(), REASON));
    }
    return table;
  }
}
