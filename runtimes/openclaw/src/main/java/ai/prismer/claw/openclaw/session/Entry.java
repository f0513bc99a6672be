package ai.prismer.claw.openclaw.session;

import java.time.Instant;

/**
 * One line of a conversation's file. A turn is a {@link User} entry and, under the same key, one of
 * the others that says how it ended; a turn without an end was cut by the end of a process.
 */
public sealed interface Entry {
  /** The idempotency key of the turn. */
  String key();

  /** When it was written. */
  Instant at();

  /** The question. */
  record User(String key, Instant at, String text) implements Entry {}

  /** The answer. */
  record Assistant(String key, Instant at, String text, String stopReason) implements Entry {}

  /** The client stopped the answer; {@code text} is what had come by then, maybe nothing. */
  record Aborted(String key, Instant at, String text) implements Entry {}

  /** There is no answer; {@code message} says why. */
  record Failed(String key, Instant at, String kind, String message) implements Entry {}

  /** A later process asked again. */
  record Resumed(String key, Instant at) implements Entry {}

  /** Whether the turn is over with this entry. */
  default boolean ends() {
    return switch (this) {
      case User user -> false;
      case Resumed resumed -> false;
      case Assistant assistant -> true;
      case Aborted aborted -> true;
      case Failed failed -> true;
    };
  }
}
