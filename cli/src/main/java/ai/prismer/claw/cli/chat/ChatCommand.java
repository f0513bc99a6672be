package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.ExitCode;
import ai.prismer.claw.cli.GlobalOptions;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Talks to an agent. */
@Command(
    name = "chat",
    description = {
      "Talks to an agent of runtime openclaw through the API server and shows its answer as it comes.",
      "With MESSAGE, or with one piped in, a single turn. Without, at a terminal, a conversation:"
          + " a line a turn; Ctrl-C stops a running turn, a second one ends the program, Ctrl-D ends"
          + " the conversation.",
      "An answer is foreign text: control characters and escapes are shown, not sent.",
      "Needs the rights to create pods/portforward and to get the Secret NAME-token, which the roles"
          + " edit and admin of the namespace have. No Service is needed."
    })
public final class ChatCommand implements Callable<Integer> {
  private static final int LONGEST_SESSION = 512;
  private static final Duration LONGEST_TURN = Duration.ofHours(1);

  @Parameters(index = "0", paramLabel = "NAME", description = "The Claw.")
  private String name = "";

  @Parameters(
      index = "1..*",
      paramLabel = "MESSAGE",
      description = "What to say; words are joined by blanks. After -- they may begin with a dash.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--session",
      paramLabel = "KEY",
      description =
          "The conversation to go on with, or to begin (default: ${DEFAULT-VALUE}, which all who"
              + " name none share).")
  private String session = "agent:main:main";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = Patience.class,
      description =
          "How long one answer may take, at most 1h (default: 10m, after which the gateway ends a"
              + " turn itself).")
  private Duration timeout = Duration.ofMinutes(10);

  private final GlobalOptions options;
  private final Screen screen;
  private final Terminal terminal;

  /** The verb. */
  public ChatCommand(GlobalOptions options, Screen screen, Terminal terminal) {
    this.options = options;
    this.screen = screen;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!timeout.isPositive() || timeout.compareTo(LONGEST_TURN) > 0) {
      throw CommandException.usage("--timeout is from 1s to 1h");
    }
    if (session.isBlank()
        || session.length() > LONGEST_SESSION
        || session.chars().anyMatch(Character::isISOControl)) {
      throw CommandException.usage(
          "--session has 1 to "
              + LONGEST_SESSION
              + " characters, none of them a control character");
    }
    Optional<String> message = message();
    return ClawSession.on(options, "talking to", name, found -> talk(found, message));
  }

  private Optional<String> message() {
    if (!words.isEmpty()) {
      return Optional.of(Message.of(words));
    }
    return terminal.isThere() ? Optional.empty() : Optional.of(Message.read(terminal.piped()));
  }

  private int talk(ClawSession found, Optional<String> message) {
    try (Conversation conversation =
        new Conversation(new PodGateway(found), session, timeout, screen, terminal)) {
      if (message.isPresent()) {
        conversation.ask(message.get());
      } else {
        new Dialogue(conversation, screen, terminal).run();
      }
      return ExitCode.OK;
    }
  }
}
