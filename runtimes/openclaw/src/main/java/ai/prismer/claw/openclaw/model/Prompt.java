package ai.prismer.claw.openclaw.model;

import java.util.List;
import java.util.Optional;

/**
 * What the model is asked: a conversation that ends with the question.
 *
 * @param system what it is told before everything else
 * @param messages oldest first; the first and the last are the user's
 */
public record Prompt(Optional<String> system, List<Message> messages) {
  /** Takes a copy of the list. */
  public Prompt {
    messages = List.copyOf(messages);
  }

  /** Who said something. */
  public enum Role {
    /** The person or program at the other end. */
    USER,
    /** The model. */
    ASSISTANT
  }

  /** One thing said; never blank, because vendors refuse empty content. */
  public record Message(Role role, String text) {}
}
