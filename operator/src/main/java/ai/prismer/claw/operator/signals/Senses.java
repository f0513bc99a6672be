package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.RuleBook;
import java.util.function.Supplier;

/**
 * What a look at the pods of a Claw needs besides the pods; both change while the operator runs.
 *
 * @param rules the rules in force
 * @param measured what was measured last
 */
public record Senses(Supplier<RuleBook> rules, Supplier<Loads> measured) {
  /** The built-in rules, and no measurements. */
  public static final Senses DEFAULT = new Senses(() -> RuleBook.DEFAULT, () -> Loads.UNKNOWN);

  /** The rules in force now. */
  public RuleBook book() {
    return rules.get();
  }

  /** What was measured last. */
  public Loads loads() {
    return measured.get();
  }
}
