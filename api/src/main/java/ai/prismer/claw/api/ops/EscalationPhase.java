package ai.prismer.claw.api.ops;

/**
 * Where an incident stands. An absent phase is Pending. Each phase that is not terminal has an
 * owner that moves it on, and a deadline for that.
 */
public enum EscalationPhase {
  /** Seen; the operator gives it to a companion, or to a person. */
  Pending,
  /** A companion has it, until the deadline. */
  Analyzing,
  /** There is a proposal; the operator asks a person. */
  Proposed,
  /** A person is asked, until the deadline. */
  AwaitingApproval,
  /** A person said yes; the operator carries it out, until the deadline. */
  Approved,
  /** What was approved was carried out. Terminal. */
  Executed,
  /** A rule's intent was executed. Terminal. */
  AutoExecuted,
  /** A person said no, or nobody answered in time. Terminal. */
  Rejected,
  /** Nothing could be carried out. Terminal. */
  Failed;

  /** Whether nothing follows. */
  public boolean isTerminal() {
    return switch (this) {
      case Pending, Analyzing, Proposed, AwaitingApproval, Approved -> false;
      case Executed, AutoExecuted, Rejected, Failed -> true;
    };
  }
}
