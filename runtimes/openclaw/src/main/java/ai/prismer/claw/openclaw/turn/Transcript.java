package ai.prismer.claw.openclaw.turn;

import ai.prismer.claw.openclaw.model.Prompt;
import ai.prismer.claw.openclaw.model.Prompt.Message;
import ai.prismer.claw.openclaw.model.Prompt.Role;
import ai.prismer.claw.openclaw.session.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Makes a prompt of a conversation: the latest messages that fit into the window, beginning with
 * one of the user's, because vendors demand that. Turns without an answer leave their question
 * behind, so that "try again" means something.
 */
final class Transcript {
  private Transcript() {}

  /**
   * The prompt.
   *
   * @param entries oldest first; the last question is the one to answer
   * @param window characters of all messages together; the question is in even if it is longer
   */
  static Prompt prompt(Optional<String> system, List<Entry> entries, int window) {
    Deque<Message> messages = new ArrayDeque<>();
    int room = window;
    for (Entry entry : entries.reversed()) {
      Optional<Message> message = message(entry);
      if (message.isEmpty()) {
        continue;
      }
      room -= message.get().text().length();
      if (room < 0 && !messages.isEmpty()) {
        break;
      }
      messages.addFirst(message.get());
    }
    while (messages.size() > 1 && messages.getFirst().role() == Role.ASSISTANT) {
      messages.removeFirst();
    }
    return new Prompt(system, List.copyOf(messages));
  }

  private static Optional<Message> message(Entry entry) {
    return switch (entry) {
      case Entry.User user -> Optional.of(new Message(Role.USER, user.text()));
      case Entry.Assistant answer -> Optional.of(new Message(Role.ASSISTANT, answer.text()));
      case Entry.Aborted aborted ->
          aborted.text().isBlank()
              ? Optional.empty()
              : Optional.of(new Message(Role.ASSISTANT, aborted.text()));
      case Entry.Failed failed -> Optional.empty();
      case Entry.Resumed resumed -> Optional.empty();
    };
  }
}
