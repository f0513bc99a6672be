package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.RuleState;
import ai.prismer.claw.gate.rule.LastAction;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.Rules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What rules remember between two looks, as the status keeps it. */
final class Memory {
  private Memory() {}

  static List<LastAction> of(OpsStatus ops) {
    return states(ops).stream()
        .map(
            state -> new LastAction(state.rule(), Instant.parse(state.lastActed()), state.streak()))
        .toList();
  }

  /** The memory after the rule has acted, or has been refused: both begin a cooldown. */
  static List<RuleState> acted(OpsStatus ops, Rule rule, Instant now) {
    LastAction last = Rules.acted(rule, of(ops), now);
    List<RuleState> next = new ArrayList<>(states(ops));
    next.removeIf(state -> state.rule().equals(rule.id()));
    next.add(new RuleState(rule.id(), last.at().toString(), last.streak()));
    return next;
  }

  /**
   * The memory after a person let self-healing go on: what rules did before is no reason to wait
   * longer now, so the next action waits for the plain cooldown, not a doubled one.
   */
  static List<RuleState> rested(OpsStatus ops) {
    return states(ops).stream()
        .map(state -> new RuleState(state.rule(), state.lastActed(), 1))
        .toList();
  }

  private static List<RuleState> states(OpsStatus ops) {
    return ops.rules() == null ? List.of() : ops.rules();
  }
}
