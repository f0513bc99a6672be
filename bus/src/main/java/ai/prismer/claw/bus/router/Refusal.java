package ai.prismer.claw.bus.router;

/**
 * Why a frame was not taken.
 *
 * @param code one word for programs
 * @param retryable whether the same frame could be taken later
 * @param text a sentence for people, without any of the frame's content
 */
public record Refusal(String code, boolean retryable, String text) {
  static final Refusal FULL = new Refusal("disk_full", true, "the journal's disk is full");
  static final Refusal LONG_ID =
      new Refusal(
          "malformed", false, "the id is longer than " + RecentIds.LONGEST_ID + " characters");
  static final Refusal INCOMPLETE =
      new Refusal("malformed", false, "a frame in parts has to name channel and timestamp");
  static final Refusal NO_CHANNEL =
      new Refusal("malformed", false, "the frame's first part does not name the channel");
  static final Refusal OTHER_CHANNEL =
      new Refusal("malformed", false, "the frame names two channels");
}
