package ai.prismer.claw.openclaw.model;

/**
 * How a complete answer ended; its text came before, piece by piece.
 *
 * @param stopReason {@code stop}, {@code length}, {@code content_filter} or {@code other}
 * @param inputTokens tokens of the prompt as the vendor counts them, 0 when it does not say
 * @param outputTokens tokens of the answer, 0 when the vendor does not say
 */
public record Answer(String stopReason, int inputTokens, int outputTokens) {}
