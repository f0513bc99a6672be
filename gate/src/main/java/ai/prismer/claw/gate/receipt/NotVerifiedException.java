package ai.prismer.claw.gate.receipt;

/** Something signed is not what it should be; the message says what, safe to show. */
public final class NotVerifiedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Flaw flaw;
  private final String reason;

  NotVerifiedException(Flaw flaw, String reason) {
    super(reason);
    this.flaw = flaw;
    this.reason = reason;
  }

  /** The kind of fault. */
  public Flaw flaw() {
    return flaw;
  }

  /** What is wrong, the same as the message. */
  public String reason() {
    return reason;
  }
}
