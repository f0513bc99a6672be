package ai.prismer.claw.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What callers saw, kept outside of the cluster: what they asked, what of it was accepted, and
 * which answers came, by their ids. Thread-safe.
 */
final class Ledger {
  private final Set<String> asked = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();

  /** By question, by id of the answer in the order in which they came, its text. */
  private final Map<String, Map<String, String>> answers = new HashMap<>();

  private final Predicate<String> isOwnFailure;
  private int repeats;

  /** Of agents that answer all they are asked. */
  Ledger() {
    this(_ -> false);
  }

  /**
   * @param isOwnFailure whether an answer says that the agent failed, by the agent's own account
   */
  Ledger(Predicate<String> isOwnFailure) {
    this.isOwnFailure = isOwnFailure;
  }

  /** The text that answers a question. */
  static String answerTo(String question) {
    return "answer to " + question;
  }

  /** To be called before anybody hears of the question. */
  synchronized void asked(String question) {
    asked.add(question);
  }

  synchronized void accepted(String question) {
    accepted.add(question);
  }

  synchronized void answered(String question, String answerId, String text) {
    Map<String, String> known = answers.computeIfAbsent(question, _ -> new LinkedHashMap<>());
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

  /** How many questions that begin so are answered. */
  synchronized int answered(String beginning) {
    return (int) answers.keySet().stream().filter(asked -> asked.startsWith(beginning)).count();
  }

  /** The questions that begin so and are not answered. */
  synchronized Set<String> open(String beginning) {
    Set<String> open = new HashSet<>();
    for (String question : asked) {
      if (question.startsWith(beginning) && !answers.containsKey(question)) {
        open.add(question);
      }
    }
    return open;
  }

  /** Everything that must not be, with the question that it is about. */
  synchronized List<String> faults() {
    List<String> faults = new ArrayList<>();
    lost().forEach(question -> faults.add("accepted and not answered: " + question));
    unheard()
        .forEach(question -> faults.add("asked and neither accepted nor answered: " + question));
    twice().forEach(question -> faults.add("more than one answer: " + told(question)));
    wrong().forEach(question -> faults.add("an answer to something else: " + told(question)));
    unknown().forEach(question -> faults.add("answered and not asked: " + told(question)));
    return faults;
  }

  private String told(String question) {
    return question + " -> " + answers.get(question);
  }

  private List<String> lost() {
    return accepted.stream().filter(question -> !isAnswered(question)).toList();
  }

  private List<String> unheard() {
    return asked.stream()
        .filter(question -> !isAccepted(question) && !isAnswered(question))
        .toList();
  }

  private List<String> twice() {
    return answers.keySet().stream().filter(question -> answers.get(question).size() > 1).toList();
  }

  private List<String> wrong() {
    return answers.keySet().stream()
        .filter(question ->
            answers.get(question).values().stream()
                .anyMatch(text -> !text.equals(answerTo(question)) && !isOwnFailure.test(text)))
        .toList();
  }

  /** What the agents said themselves that they failed at, and their words. */
  synchronized List<String> failed() {
    return answers.keySet().stream()
        .filter(question -> answers.get(question).values().stream().anyMatch(isOwnFailure))
        .map(this::told)
        .toList();
  }

  private List<String> unknown() {
    return answers.keySet().stream().filter(question -> !asked.contains(question)).toList();
  }

  /** How many questions each of it happened to, and how often an answer came again. */
  @Override
  public synchronized String toString() {
    return "asked=%d accepted=%d answered=%d failed=%d again=%d twice=%d wrong=%d unknown=%d lost=%d"
        .formatted(
            asked.size(),
            accepted.size(),
            answers.size(),
            failed().size(),
            repeats,
            twice().size(),
            wrong().size(),
            unknown().size(),
            lost().size());
  }
}
