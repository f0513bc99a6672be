package ai.prismer.claw.bus.journal;

import java.io.IOException;

/**
 * The disk refused a write or a sync. Nothing that was not called accepted before may be taken for
 * accepted, and this process must end: the next one reads what is really there.
 */
public final class JournalFailedException extends IOException {
  JournalFailedException(Throwable cause) {
    super("the journal cannot go on: " + cause.getMessage(), cause);
  }
}
