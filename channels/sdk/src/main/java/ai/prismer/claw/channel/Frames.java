package ai.prismer.claw.channel;

import ai.prismer.claw.contract.BusProtocol;
import ai.prismer.claw.contract.Envelope;
import ai.prismer.claw.contract.MessageIds;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames as bytes, with their length before them. Thread-safe. */
final class Frames {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonFactory PARSERS = JSON.getFactory();

  private final String channel;
  private final InstantSource clock;
  private final MessageIds ids;

  Frames(String channel, InstantSource clock, MessageIds ids) {
    this.channel = channel;
    this.clock = clock;
    this.ids = ids;
  }

  ByteBuffer register(List<String> unacknowledged) {
    ObjectNode payload = JSON.createObjectNode();
    payload.put("protocol", BusProtocol.CURRENT).put("credits", true).put("durableAck", true);
    unacknowledged.forEach(payload.putArray("unacknowledged")::add);
    return frame(own(BusProtocol.REGISTER), payload);
  }

  ByteBuffer heartbeat() {
    return frame(own(BusProtocol.HEARTBEAT), JSON.createObjectNode());
  }

  ByteBuffer ack(String id) {
    ObjectNode envelope = own(BusProtocol.ACK).put(Envelope.CORRELATION_ID, id);
    return frame(envelope, JSON.createObjectNode().put("ref", id));
  }

  ByteBuffer nack(String id, String code, boolean retryable) {
    ObjectNode envelope = own(BusProtocol.NACK).put(Envelope.CORRELATION_ID, id);
    return frame(
        envelope,
        JSON.createObjectNode().put("ref", id).put("code", code).put("retryable", retryable));
  }

  ByteBuffer message(Message message) {
    ObjectNode envelope =
        JSON.createObjectNode()
            .put(Envelope.ID, message.id())
            .put(Envelope.TYPE, BusProtocol.MESSAGE)
            .put(Envelope.CHANNEL, channel)
            .put(Envelope.TIMESTAMP, message.timestamp());
    put(envelope, Envelope.CORRELATION_ID, message.correlationId());
    put(envelope, Envelope.REPLY_TO, message.replyTo());
    return frame(envelope, message.payload());
  }

  private ObjectNode own(String type) {
    return JSON.createObjectNode()
        .put(Envelope.ID, ids.next())
        .put(Envelope.TYPE, type)
        .put(Envelope.CHANNEL, channel)
        .put(Envelope.TIMESTAMP, clock.instant().toString());
  }

  private static void put(ObjectNode envelope, String key, @Nullable String value) {
    if (value != null) {
      envelope.put(key, value);
    }
  }

  private static ByteBuffer frame(ObjectNode envelope, ObjectNode payload) {
    envelope.set(Envelope.PAYLOAD, payload);
    try {
      byte[] json = JSON.writeValueAsBytes(envelope);
      return ByteBuffer.allocate(BusProtocol.LENGTH_BYTES + json.length)
          .putInt(json.length)
          .put(json)
          .flip();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree that cannot be written", impossible);
    }
  }

  /**
   * A frame that was received.
   *
   * @throws IOException when it is no JSON object
   */
  static ObjectNode read(byte[] json) throws IOException {
    if (JSON.readTree(json) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("the bus sent what is no object");
  }

  static Message message(ObjectNode envelope) {
    ObjectNode payload =
        envelope.get(Envelope.PAYLOAD) instanceof ObjectNode object
            ? object
            : JSON.createObjectNode();
    return new Message(
        envelope.path(Envelope.ID).asText(),
        text(envelope, Envelope.CORRELATION_ID),
        text(envelope, Envelope.REPLY_TO),
        envelope.path(Envelope.TIMESTAMP).asText(),
        payload);
  }

  private static @Nullable String text(ObjectNode envelope, String key) {
    return envelope.hasNonNull(key) ? envelope.get(key).asText() : null;
  }

  /** The id of a frame of which only the beginning is known; null if it is not in there. */
  static @Nullable String idIn(byte[] beginning) {
    try (JsonParser parser = PARSERS.createParser(beginning)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(Envelope.ID);
        parser.nextToken();
        if (wanted) {
          return parser.getText();
        }
        parser.skipChildren();
      }
      return null;
    } catch (IOException cutOff) {
      return null;
    }
  }
}
