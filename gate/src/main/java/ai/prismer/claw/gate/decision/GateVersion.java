package ai.prismer.claw.gate.decision;

/**
 * Which gate decides. Each decision's receipt names it, so that whoever decides again with another
 * one is told so, rather than that somebody cheated.
 */
public final class GateVersion {
  /**
   * Raised by one with every change after which the same intent, observation and policy can come to
   * another decision, or are recorded in another form. Receipts without a version are from before
   * 1.
   */
  public static final int CURRENT = 1;

  private GateVersion() {}
}
