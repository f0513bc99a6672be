package ai.prismer.claw.gate.rule;

/** What can be seen to be wrong from outside a container. */
public enum SignalType {
  /** The kernel killed a container for want of memory. */
  OOM_KILLED("OOMKilled");

  private final String id;

  SignalType(String id) {
    this.id = id;
  }

  /** The name in status, events and receipts. */
  public String id() {
    return id;
  }
}
