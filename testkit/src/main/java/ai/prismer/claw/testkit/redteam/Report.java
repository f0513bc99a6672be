package ai.prismer.claw.testkit.redteam;

import ai.prismer.claw.testkit.attack.Guard;
import java.io.PrintStream;

/** Prints one line for each attempt and counts them. Safe for concurrent use. */
final class Report {
  private static final int WORDS = 120;

  private final PrintStream out;
  private int attempts;
  private int refused;

  Report(PrintStream out) {
    this.out = out;
  }

  /**
   * One attempt.
   *
   * @param pass operator up or down
   * @param name what was tried
   * @param expected who must refuse
   * @param by who did
   * @param words in whose words; or what is wrong
   */
  synchronized void attempt(String pass, String name, Guard expected, Guard by, String words) {
    boolean asNamed = by.equals(expected);
    attempts++;
    refused += asNamed ? 1 : 0;
    out.println(
        asNamed
            ? "%-4s refused  %s … by %s: %s".formatted(pass, name, by, cut(words))
            : "%-4s FAILED   %s … by %s, not by %s: %s".formatted(pass, name, by, expected, words));
  }

  synchronized void say(String line) {
    out.println("red-team: " + line);
  }

  /** The last line; whether nothing was allowed. */
  synchronized boolean end() {
    say("%d attempts, %d refused, %d allowed".formatted(attempts, refused, attempts - refused));
    return attempts > 0 && refused == attempts;
  }

  private static String cut(String words) {
    return words.length() <= WORDS ? words : words.substring(0, WORDS - 1) + "…";
  }
}
