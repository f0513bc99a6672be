package ai.prismer.claw.openclaw.turn;

/** A turn that was not begun. The client may try again later. */
public final class TurnRefused extends Exception {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** The conversation has a turn that is not over. */
    SESSION_BUSY,
    /** As many turns run as may run at once. */
    TOO_MANY_TURNS,
    /** The gateway is being stopped. */
    DRAINING,
    /** The conversation cannot be written to the disk. */
    STORAGE
  }

  private final Reason reason;

  TurnRefused(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
