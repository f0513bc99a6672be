package ai.prismer.claw.cli.dlq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A message that could not be delivered, as the bus lists it.
 *
 * @param id by which it is shown, replayed and purged
 * @param channel the channel it is of
 * @param direction {@code inbound}, towards the agent, or {@code outbound}
 * @param attempts how often delivery was tried
 * @param died when it was given up, RFC 3339
 * @param reason why
 * @param bytes of the message
 */
record DeadLetter(
    long id,
    String channel,
    String direction,
    int attempts,
    String died,
    String reason,
    long bytes) {

  /** Reads what a bus wrote; what is missing or of another type is 0 or empty. */
  static DeadLetter of(JsonNode line) {
    return new DeadLetter(
        line.path("id").asLong(),
        line.path("channel").asText(),
        line.path("direction").asText(),
        line.path("attempts").asInt(),
        line.path("died").asText(),
        line.path("reason").asText(),
        line.path("bytes").asLong());
  }

  void write(ObjectNode object) {
    object
        .put("id", id)
        .put("channel", channel)
        .put("direction", direction)
        .put("attempts", attempts)
        .put("died", died)
        .put("reason", reason)
        .put("bytes", bytes);
  }
}
