package ai.prismer.claw.channel.webhook;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What callers saw, kept outside of every program: which questions were accepted, and which answers
 * came, by their ids. Thread-safe.
 */
final class TalkLedger {
  private final Set<String> accepted = new HashSet<>();

  /** By question, by id of the answer, its text. */
  private final Map<String, Map<String, String>> answers = new HashMap<>();

  private int repeats;

  synchronized void accepted(String question) {
    accepted.add(question);
  }

  synchronized void answered(String question, String answerId, String text) {
    String before = answers.computeIfAbsent(question, _ -> new HashMap<>()).put(answerId, text);
    if (before != null) {
      repeats++;
      if (!before.equals(text)) {
        // One id, two texts: that is two answers.
        answers.get(question).put(answerId + " again", text);
      }
    }
    notifyAll();
  }

  synchronized int answered() {
    return answers.size();
  }

  synchronized boolean isAccepted(String question) {
    return accepted.contains(question);
  }

  synchronized boolean isAnswered(String question) {
    return answers.containsKey(question);
  }

  synchronized int accepted() {
    return accepted.size();
  }

  /** Accepted and not answered. */
  synchronized List<String> lost() {
    return accepted.stream().filter(question -> !answers.containsKey(question)).toList();
  }

  /** Questions with an answer that is not theirs, or with more than one. */
  synchronized List<String> wrong() {
    return answers.entrySet().stream()
        .filter(entry ->
            entry.getValue().size() != 1
                || !entry.getValue().containsValue("answer to " + entry.getKey()))
        .map(entry -> entry.getKey() + " -> " + entry.getValue())
        .toList();
  }

  /** The same answer again, under the same id: what at-least-once costs. */
  synchronized int repeats() {
    return repeats;
  }
}
