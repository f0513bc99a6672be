package ai.prismer.claw.bus.framing;

import ai.prismer.claw.contract.BusProtocol;
import ai.prismer.claw.contract.Envelope;
import ai.prismer.claw.contract.MessageIds;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Writes the envelopes that the bus makes itself. Thread-safe. */
public final class EnvelopeWriter {
  /** A moment and how it is written; most envelopes of one commit bear the same. */
  private record Stamp(long millis, String text) {
    static Stamp of(long millis) {
      return new Stamp(millis, Instant.ofEpochMilli(millis).toString());
    }
  }

  private final JsonFactory json = new JsonFactory();
  private final InstantSource clock;
  private final MessageIds ids;
  private volatile Stamp stamp = Stamp.of(0);

  /** Ids and timestamps come from these. */
  public EnvelopeWriter(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.ids = new MessageIds(clock, random);
  }

  /** Writes the keys of a payload. */
  public interface Payload {
    /** Writes them; the object is open. */
    void write(JsonGenerator json) throws IOException;
  }

  /** A frame's JSON, with an id of the bus's. */
  public byte[] write(
      String type, @Nullable String channel, @Nullable String correlationId, Payload payload) {
    Stamp now = now();
    return write(ids.at(now.millis), now, type, channel, correlationId, payload);
  }

  /** A frame's JSON. */
  public byte[] write(
      String id,
      String type,
      @Nullable String channel,
      @Nullable String correlationId,
      Payload payload) {
    return write(id, now(), type, channel, correlationId, payload);
  }

  /**
   * The JSON of the frame that says that the bus has the message {@code id}. It is what {@link
   * #write} would make; every message that is taken costs one, so no generator is set up for it
   * where nothing has to be escaped.
   */
  public byte[] acknowledgement(String channel, String id) {
    Stamp now = now();
    String own = ids.at(now.millis);
    if (!isPlain(channel) || !isPlain(id)) {
      return write(
          own, now, BusProtocol.ACK, channel, id, payload -> payload.writeStringField("ref", id));
    }
    return ("{\"id\":\""
            + own
            + "\",\"type\":\"ack\",\"channel\":\""
            + channel
            + "\",\"correlationId\":\""
            + id
            + "\",\"timestamp\":\""
            + now.text
            + "\",\"payload\":{\"ref\":\""
            + id
            + "\"}}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private Stamp now() {
    long millis = clock.millis();
    Stamp last = stamp;
    if (last.millis != millis) {
      last = Stamp.of(millis);
      stamp = last;
    }
    return last;
  }

  private byte[] write(
      String id,
      Stamp now,
      String type,
      @Nullable String channel,
      @Nullable String correlationId,
      Payload payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator generator = json.createGenerator(bytes)) {
      generator.writeStartObject();
      generator.writeStringField(Envelope.ID, id);
      generator.writeStringField(Envelope.TYPE, type);
      if (channel != null) {
        generator.writeStringField(Envelope.CHANNEL, channel);
      }
      if (correlationId != null) {
        generator.writeStringField(Envelope.CORRELATION_ID, correlationId);
      }
      generator.writeStringField(Envelope.TIMESTAMP, now.text);
      generator.writeObjectFieldStart(Envelope.PAYLOAD);
      payload.write(generator);
      generator.writeEndObject();
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new IllegalStateException("writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }
}
