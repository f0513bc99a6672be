package ai.prismer.claw.bus.router;

import java.io.IOException;

/** The journal has ended, so the process must: nothing can be accepted or answered for any more. */
public final class JournalGoneException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With what the journal said. */
  public JournalGoneException(IOException cause) {
    super("the journal has ended", cause);
  }
}
