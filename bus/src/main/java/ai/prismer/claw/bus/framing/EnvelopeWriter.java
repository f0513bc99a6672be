package ai.prismer.claw.bus.framing;

import ai.prismer.claw.contract.Envelope;
import ai.prismer.claw.contract.MessageIds;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Writes the envelopes that the bus makes itself. Thread-safe. */
public final class EnvelopeWriter {
  private final JsonFactory json = new JsonFactory();
  private final InstantSource clock;
  private final MessageIds ids;

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
    return write(ids.next(), type, channel, correlationId, payload);
  }

  /** A frame's JSON. */
  public byte[] write(
      String id,
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
      generator.writeStringField(Envelope.TIMESTAMP, clock.instant().toString());
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
