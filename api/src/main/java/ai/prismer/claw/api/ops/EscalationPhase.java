package ai.prismer.claw.api.ops;

/** Where an incident stands. An absent phase is Pending; the other two are terminal. */
public enum EscalationPhase {
  /** Seen; the operator has the next step. */
  Pending,
  /** A rule's intent was executed. */
  AutoExecuted,
  /** The gate refused the rule's intent, or it could not be applied. */
  Failed
}
