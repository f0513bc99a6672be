package ai.prismer.claw.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way through the bus. Hides nothing that an answer needs.
 *
 * @param id unique, at most 128 characters; a second message with the same id is a resend, and has
 *     the effect of one
 * @param correlationId id of the message that this one answers
 * @param replyTo where an answer should go, opaque to the bus
 * @param timestamp when it was made, RFC 3339
 * @param payload of a question {@code text}, {@code user} and {@code thread}; an answer has {@code
 *     text} and the address that the question had. {@code status} is there when the agent did not
 *     answer: {@code ERROR}, or {@code UNKNOWN} when nobody knows whether the question had an
 *     effect
 */
public record Message(
    String id,
    @Nullable String correlationId,
    @Nullable String replyTo,
    String timestamp,
    ObjectNode payload) {

  /** The text of the payload; empty if it has none. */
  public String text() {
    return payload.path("text").asText("");
  }

  /** The id of the message that this one answers; empty if it answers none. */
  public String question() {
    return correlationId == null ? "" : correlationId;
  }
}
