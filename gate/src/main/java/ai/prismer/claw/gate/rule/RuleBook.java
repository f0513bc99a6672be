package ai.prismer.claw.gate.rule;

import java.util.List;
import java.util.Objects;

/**
 * The rules in force, and from when on what is seen is a signal.
 *
 * @param rules the rules, in their order
 * @param thresholds when a level counts
 */
public record RuleBook(List<Rule> rules, Thresholds thresholds) {
  /** That of an operator which was told nothing else. */
  public static final RuleBook DEFAULT = new RuleBook(Rule.DEFAULTS, Thresholds.DEFAULT);

  /** Copies the list. */
  public RuleBook {
    rules = List.copyOf(rules);
    Objects.requireNonNull(thresholds);
  }
}
