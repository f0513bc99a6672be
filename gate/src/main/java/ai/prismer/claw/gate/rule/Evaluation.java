package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.intent.Intent;
import java.time.Instant;

/** What the rules make of the signals of one Claw at one moment. */
public sealed interface Evaluation {
  /** No rule has seen enough. */
  record Quiet() implements Evaluation {}

  /**
   * Write this intent; the gate accepts it as the operator's, given the same observation and
   * policy.
   *
   * @param rule the rule that asks
   * @param intent what it asks for
   */
  record Emit(Rule rule, Intent intent) implements Evaluation {}

  /**
   * A rule has seen enough but acted too recently.
   *
   * @param rule the rule that waits
   * @param until when it may act again
   */
  record CoolingDown(Rule rule, Instant until) implements Evaluation {}

  /**
   * A rule has seen enough, but the gate would refuse what it could ask for. The intent is not
   * written: a person has to look.
   *
   * @param rule the rule that cannot act
   * @param intent what it would have asked for
   * @param refusal which check stands in the way
   */
  record Blocked(Rule rule, Intent intent, Decision.Reject refusal) implements Evaluation {}
}
