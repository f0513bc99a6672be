package ai.prismer.claw.api.spec;

/** Whether self-healing acts. */
public enum OpsMode {
  /** What is decided is carried out. */
  Enforce,

  /** Everything is decided and recorded with a receipt, and nothing is touched. */
  Observe
}
