package ai.prismer.claw.api.spec;

/** What becomes of an intent that the agent itself writes. */
public enum AgentIntents {
  /** The agent holds no right at all on its Claw; an intent of its own is refused. */
  Deny,

  /**
   * The agent may write the intent annotation of its own Claw; what the gate finds within bounds
   * waits for a person's approval.
   */
  Approve,

  /** The agent may write the intent annotation of its own Claw; the gate decides within bounds. */
  Auto
}
