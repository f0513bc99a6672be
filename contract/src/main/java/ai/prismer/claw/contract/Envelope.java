package ai.prismer.claw.contract;

import org.jspecify.annotations.Nullable;

/**
 * What the bus reads of a message: the keys by which it is routed, answered and told apart.
 *
 * <p>A message is one JSON object. The payload and every key not named here are opaque to the bus
 * and travel as the bytes they arrived as, so a client may add keys of its own without asking
 * anybody.
 *
 * @param id unique id of the message, chosen by its producer; UUIDv7 (RFC 9562) from our own
 *     clients. A second message with the same id from the same producer is a resend, not a new
 *     message
 * @param type one of the constants in {@link BusProtocol}, or any other word: that is data too
 * @param channel name of the channel the message belongs to, absent when the sender left it to the
 *     socket it came through
 * @param correlationId id of the message this one answers
 * @param replyTo where an answer should go, opaque to the bus
 * @param timestamp when the producer made it, RFC 3339. Clients of the original drop a message
 *     whose timestamp they cannot parse, so the bus always writes one
 */
public record Envelope(
    String id,
    String type,
    @Nullable String channel,
    @Nullable String correlationId,
    @Nullable String replyTo,
    @Nullable String timestamp) {

  /** JSON key of {@link #id}. */
  public static final String ID = "id";

  /** JSON key of {@link #type}. */
  public static final String TYPE = "type";

  /** JSON key of {@link #channel}. */
  public static final String CHANNEL = "channel";

  /** JSON key of {@link #correlationId}. */
  public static final String CORRELATION_ID = "correlationId";

  /** JSON key of {@link #replyTo}. */
  public static final String REPLY_TO = "replyTo";

  /** JSON key of {@link #timestamp}. */
  public static final String TIMESTAMP = "timestamp";

  /** JSON key of the payload: any JSON value, never looked into by the bus. */
  public static final String PAYLOAD = "payload";
}
