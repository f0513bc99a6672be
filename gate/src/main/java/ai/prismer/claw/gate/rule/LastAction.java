package ai.prismer.claw.gate.rule;

import java.time.Instant;
import java.util.Objects;

/**
 * What is remembered of a rule that acted on a Claw; kept in the Claw's status.
 *
 * @param rule the rule's id
 * @param at when its intent was executed last
 * @param streak how often it acted in a row, at least 1; see {@link Rules#acted}
 */
public record LastAction(String rule, Instant at, int streak) {
  /**
   * Checks the streak.
   *
   * @throws IllegalArgumentException if the streak is less than 1
   */
  public LastAction {
    Objects.requireNonNull(rule);
    Objects.requireNonNull(at);
    if (streak < 1) {
      throw new IllegalArgumentException("a rule that acted has a streak of at least 1");
    }
  }
}
