package ai.prismer.claw.openclaw.turn;

/** How a turn ended. */
public sealed interface Outcome {
  /**
   * The model answered.
   *
   * @param text the whole answer, never empty
   * @param stopReason {@code stop}, {@code length}, {@code content_filter} or {@code other}
   * @param inputTokens tokens of the prompt, 0 when unknown
   * @param outputTokens tokens of the answer, 0 when unknown
   */
  record Answered(String text, String stopReason, int inputTokens, int outputTokens)
      implements Outcome {}

  /**
   * There is no answer.
   *
   * @param kind {@code rate_limit}, {@code timeout}, {@code refusal} or {@code unknown}
   * @param message why, for the client
   */
  record Failed(String kind, String message) implements Outcome {}

  /** A client stopped it; {@code text} is what had come by then. */
  record Aborted(String text) implements Outcome {}

  /** This process is ending; the next one asks again. */
  record Interrupted() implements Outcome {}
}
