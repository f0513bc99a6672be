package ai.prismer.claw.gate.rule;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong, and what is done about it: the rules in force and the settings of the signals they
 * count.
 *
 * @param rules the rules; where several have seen enough the one with the more urgent signal comes
 *     first, and of equals the one that stands first
 * @param signals when something seen is a signal
 */
public record RuleBook(List<Rule> rules, SignalSettings signals) {
  /** The book of an operator that was told nothing else. */
  public static final RuleBook DEFAULT = new RuleBook(Rule.DEFAULTS, SignalSettings.DEFAULT);

  private static final Duration SHORTEST_MEMORY = Duration.ofMinutes(30);

  /** Sorts the rules. */
  public RuleBook {
    Objects.requireNonNull(signals);
    rules =
        rules.stream()
            .sorted(Comparator.comparing((Rule rule) -> signals.severity(rule.signal())).reversed())
            .toList();
  }

  /** The rule of this id, if it is in force. */
  public Optional<Rule> rule(@Nullable String id) {
    return rules.stream().filter(rule -> rule.id().equals(id)).findFirst();
  }

  /** Whether some rule that is in force counts such a signal. */
  public boolean counts(Signal signal) {
    return rules.stream().anyMatch(rule -> isInForce(rule, signal));
  }

  private boolean isInForce(Rule rule, Signal signal) {
    return rule.counts(signal) && isUrgentEnough(rule);
  }

  boolean isUrgentEnough(Rule rule) {
    return signals.severity(rule.signal()).compareTo(rule.minSeverity()) >= 0;
  }

  /**
   * How long a signal may be of use: the longest window of a rule, and no less than half an hour,
   * for the person who looks at what no rule counts.
   */
  public Duration memory() {
    return rules.stream()
        .map(Rule::window)
        .max(Comparator.naturalOrder())
        .filter(longest -> longest.compareTo(SHORTEST_MEMORY) > 0)
        .orElse(SHORTEST_MEMORY);
  }
}
