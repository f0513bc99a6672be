package ai.prismer.claw.bus.journal;

import java.io.IOException;

/**
 * The journal once held something durably that it does not hold any more. Messages that were
 * accepted may be gone, so it is for a person to decide what happens next; the files are untouched.
 */
public final class CorruptJournalException extends IOException {
  CorruptJournalException(String file, long offset, String what) {
    super(
        "journal file "
            + file
            + " is damaged at byte "
            + offset
            + ": "
            + what
            + ". Nothing was changed. Restore the volume, or move the journal's files away to go on"
            + " without the messages in them");
  }
}
