package ai.prismer.claw.e2e;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What callers saw, kept outside of the cluster: which questions were accepted, and which answers
 * came, by their ids. Thread-safe.
 */
final class Ledger {
  private final Set<String> accepted = new HashSet<>();

  /** By question, by id of the answer, its text. */
  private final Map<String, Map<String, String>> answers = new HashMap<>();

  private int repeats;

  /** The text that answers a question. */
  static String answerTo(String question) {
    return "answer to " + question;
  }

  synchronized void accepted(String question) {
    accepted.add(question);
  }

  synchronized void answered(String question, String answerId, String text) {
    Map<String, String> known = answers.computeIfAbsent(question, _ -> new HashMap<>());
    String before = known.put(answerId, text);
    if (before != null) {
      repeats++;
      if (!before.equals(text)) {
        // One id, two texts: that is two answers.
        known.put(answerId + " again", text);
      }
    }
  }

  synchronized boolean isAccepted(String question) {
    return accepted.contains(question);
  }

  synchronized boolean isAnswered(String question) {
    return answers.containsKey(question);
  }

  synchronized int answered() {
    return answers.size();
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
                || !entry.getValue().containsValue(answerTo(entry.getKey())))
        .map(entry -> entry.getKey() + " -> " + entry.getValue())
        .toList();
  }

  @Override
  public synchronized String toString() {
    return "accepted=%d answered=%d the same answer again=%d"
        .formatted(accepted.size(), answers.size(), repeats);
  }
}
