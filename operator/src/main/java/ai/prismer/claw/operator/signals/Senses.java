package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.operator.bus.ChannelReports;
import java.util.function.Supplier;

/**
 * What a look at the pods of a Claw needs besides the pods; all of it changes while the operator
 * runs.
 *
 * @param rules the rules in force
 * @param measured what was measured last
 * @param reported what buses said last
 */
public record Senses(
    Supplier<RuleBook> rules, Supplier<Loads> measured, Supplier<ChannelReports> reported) {
  /** The built-in rules, no measurements and no reports. */
  public static final Senses DEFAULT =
      new Senses(() -> RuleBook.DEFAULT, () -> Loads.UNKNOWN, () -> ChannelReports.UNKNOWN);

  /** The rules in force now. */
  public RuleBook book() {
    return rules.get();
  }

  /** What was measured last. */
  public Loads loads() {
    return measured.get();
  }

  /** What buses said of their channels last. */
  public ChannelReports channels() {
    return reported.get();
  }
}
