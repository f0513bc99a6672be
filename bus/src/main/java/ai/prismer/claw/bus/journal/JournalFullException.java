package ai.prismer.claw.bus.journal;

import java.io.IOException;

/** No room for a new message now. What was accepted drains on, so it is worth trying again. */
public final class JournalFullException extends IOException {
  JournalFullException() {
    super(
        "the journal's share of the disk is used up; try again when messages have been delivered");
  }
}
