package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.cli.output.Terminal;
import java.util.Optional;

/** Somebody at a terminal who says one thing after the other, a line each, until Ctrl-D. */
final class Dialogue {
  private static final String PROMPT = "> ";

  private final Conversation conversation;
  private final Screen screen;
  private final Terminal terminal;

  Dialogue(Conversation conversation, Screen screen, Terminal terminal) {
    this.conversation = conversation;
    this.screen = screen;
    this.terminal = terminal;
  }

  /** Runs until the input ends. A turn that fails does not end it. */
  void run() {
    // Before the first word: who cannot be talked to is not to be found out by typing.
    conversation.open();
    Optional<String> line = terminal.line(PROMPT);
    while (line.isPresent()) {
      if (!line.get().isBlank()) {
        say(line.get());
      }
      line = terminal.line(PROMPT);
    }
    // The prompt stands in a line that nobody ended.
    screen.note("");
  }

  private void say(String line) {
    try {
      conversation.ask(Message.checked(line));
    } catch (CommandException failed) {
      failed.lines().forEach(screen::note);
    }
  }
}
