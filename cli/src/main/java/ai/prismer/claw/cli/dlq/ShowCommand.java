package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Age;
import ai.prismer.claw.cli.output.Format;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.contract.Envelope;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one dead letter. */
@Command(
    name = "show",
    description = {
      "Shows a message that could not be delivered, and why.",
      "The table has the first 4,096 characters of its text, json and yaml have all of it.",
      "A message is foreign text: control characters and escapes are shown, not sent."
    })
final class ShowCommand implements Callable<Integer> {
  private static final int MOST_CHARACTERS = 4096;

  private final GlobalOptions options;
  private final Screen screen;
  private final Clock clock;

  @Parameters(index = "0", paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "ID", description = "Id of the letter, from 'dlq list'.")
  private String id = "";

  ShowCommand(GlobalOptions options, Screen screen, Clock clock) {
    this.options = options;
    this.screen = screen;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Format format = options.format(DlqCommand.FORMATS);
    long wanted = Choice.id(id);
    return ClawSession.on(
        options, "showing a dead letter of", name, session -> show(session, wanted, format));
  }

  private int show(ClawSession session, long wanted, Format format) {
    DeadLetters letters = new DeadLetters(BusExec.of(session));
    DeadLetter letter =
        letters.list().stream()
            .filter(each -> each.id() == wanted)
            .findFirst()
            .orElseThrow(() ->
                CommandException.failed(
                    "the bus of " + session.claw().name() + " has no dead letter " + wanted,
                    session.command("dlq list") + " lists them"));
    JsonNode message = letters.message(wanted);
    if (format == Format.TABLE) {
      facts(letter, message);
      screen.result("");
      text(message.path(Envelope.PAYLOAD));
    } else {
      ObjectNode result = Screen.object();
      letter.write(result);
      result.set("message", message);
      screen.result(format, result);
    }
    return ExitCode.OK;
  }

  private void facts(DeadLetter letter, JsonNode message) {
    screen.result("id        " + letter.id());
    screen.result("message   " + message.path(Envelope.ID).asText());
    screen.result("answers   " + message.path(Envelope.CORRELATION_ID).asText("-"));
    screen.result("channel   " + letter.channel() + ", " + letter.direction());
    screen.result("attempts  " + letter.attempts());
    screen.result(
        "given up  " + letter.died() + ", " + Age.of(letter.died(), clock.instant()) + " ago");
    screen.result("reason    " + letter.reason());
    screen.result("bytes     " + letter.bytes());
  }

  /** What a person would read of it: the text where there is one, else the payload as it is. */
  private void text(JsonNode payload) {
    String all =
        payload.path("text").isTextual() ? payload.get("text").asText() : payload.toString();
    int end =
        all.offsetByCodePoints(0, Math.min(MOST_CHARACTERS, all.codePointCount(0, all.length())));
    all.substring(0, end).lines().forEach(screen::result);
    if (end < all.length()) {
      screen.note(all.length() - end + " characters more; -o json shows all");
    }
  }
}
