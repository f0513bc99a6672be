package ai.prismer.claw.cli.chat;

/** How a turn came to its end. */
sealed interface Ending {
  /**
   * All of the answer was shown.
   *
   * @param isEmpty whether there was nothing to show
   * @param isCut whether the gateway or the model cut it at a limit
   */
  record Answered(boolean isEmpty, boolean isCut) implements Ending {}

  /**
   * The agent could not answer.
   *
   * @param reason in its words
   */
  record Failed(String reason) implements Ending {}

  /** The turn was aborted. */
  record Stopped() implements Ending {}

  /** There was more than is shown. */
  record TooLong() implements Ending {}

  /**
   * The connection ended before the turn did.
   *
   * @param reason why
   */
  record Broken(String reason) implements Ending {}

  /** The person's patience ended before the turn did. */
  record Late() implements Ending {}
}
