package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Conversations with a runtime that is sent all of it every time: the latest turns, within a number
 * of turns and of characters. Thread-safe.
 */
final class Transcripts {
  private static final int MOST_TURNS = 20;
  private static final int MOST_CHARACTERS = 64 * 1024;

  /**
   * A question and its answer.
   *
   * @param id of the question's message
   */
  record Exchange(String id, String question, String answer) {
    int length() {
      return question.length() + answer.length();
    }
  }

  private final SessionFiles files;

  Transcripts(SessionFiles files) {
    this.files = files;
  }

  /** The latest turns, oldest first. */
  List<Exchange> read(String session) throws IOException {
    List<Exchange> found = new ArrayList<>();
    String text = files.read(session);
    if (!text.isEmpty()) {
      for (JsonTree turn : JsonTree.read(text).get("turns").elements()) {
        found.add(
            new Exchange(
                turn.get("id").text(), turn.get("question").text(), turn.get("answer").text()));
      }
    }
    return found;
  }

  /** Adds a turn; one with the id of the last is the last, answered once more. */
  void add(String session, Exchange turn) throws IOException {
    List<Exchange> turns = read(session);
    turns.removeIf(other -> other.id().equals(turn.id()));
    turns.add(turn);
    int characters = turns.stream().mapToInt(Exchange::length).sum();
    while (turns.size() > 1 && (turns.size() > MOST_TURNS || characters > MOST_CHARACTERS)) {
      characters -= turns.removeFirst().length();
    }
    files.write(
        session,
        JsonTree.write(json -> {
          json.writeArrayFieldStart("turns");
          for (Exchange each : turns) {
            json.writeStartObject();
            json.writeStringField("id", each.id());
            json.writeStringField("question", each.question());
            json.writeStringField("answer", each.answer());
            json.writeEndObject();
          }
          json.writeEndArray();
        }));
  }
}
