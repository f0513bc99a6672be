package ai.prismer.claw.bus.framing;

import ai.prismer.claw.contract.Envelope;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@link Envelope} of a frame and proves that the rest is well-formed JSON.
 *
 * <p>Payloads are walked over, never materialised: memory does not grow with the frame. A key that
 * appears twice is refused, because the two sides of the bus might each believe another one of
 * them: a sidecar could pass the bus's check with one channel and be read with the other.
 *
 * <p>Thread-safe.
 */
public final class EnvelopeReader {
  /** Longest value of a key that the bus reads, in characters. */
  public static final int MAX_KEY_VALUE = 1024;

  private static final int MAX_DEPTH = 200;
  private static final int MAX_TOP_LEVEL_KEYS = 64;

  private final JsonFactory json =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  // Holds for what is kept only; a payload's strings are skipped, however long.
                  .maxStringLength(MAX_KEY_VALUE)
                  .maxNameLength(64 * 1024)
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Names come from strangers; a shared symbol table would keep them all.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /** Creates a reader. */
  public EnvelopeReader() {}

  /**
   * Reads a frame that lies in memory.
   *
   * @throws FrameException when it is not one JSON object with {@code id} and {@code type}
   */
  public Envelope read(ByteBuffer frame) throws FrameException {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(frame.position(), bytes);
    if (bytes.length < 2) {
      throw new FrameException("the frame is too short for a JSON object");
    }
    refuseOtherEncodings(bytes[0], bytes[1]);
    try {
      // As characters: a parser over bytes costs more to set up than a message takes to read.
      return read(json.createParser(new String(bytes, StandardCharsets.UTF_8)));
    } catch (JsonProcessingException malformed) {
      throw refusal(malformed);
    } catch (FrameException malformed) {
      throw malformed;
    } catch (IOException impossible) {
      throw new IllegalStateException("reading from memory failed", impossible);
    }
  }

  /**
   * Reads a frame that lies elsewhere, in pieces.
   *
   * @throws FrameException when it is not one JSON object with {@code id} and {@code type}
   * @throws IOException when the stream itself fails
   */
  public Envelope read(InputStream frame) throws IOException {
    PushbackInputStream bytes = new PushbackInputStream(frame, 2);
    int first = bytes.read();
    int second = bytes.read();
    refuseOtherEncodings(first, second);
    bytes.unread(second);
    bytes.unread(first);
    try {
      return read(json.createParser(new InputStreamReader(bytes, StandardCharsets.UTF_8)));
    } catch (JsonProcessingException malformed) {
      throw refusal(malformed);
    }
  }

  /**
   * The value of one of the envelope's keys, as far as the beginning of a frame shows it, or null.
   * Proves nothing about the frame; who believes it reads the whole envelope later and compares.
   */
  public @Nullable String peek(String wanted, ByteBuffer beginning) {
    byte[] bytes = new byte[beginning.remaining()];
    beginning.get(beginning.position(), bytes);
    try (JsonParser parser = json.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (key.equals(wanted)) {
          return text(parser, key, value);
        }
        parser.skipChildren();
        parser.finishToken();
      }
      return null;
    } catch (IOException cutOff) {
      return null;
    }
  }

  /** Who reads the frame next might guess UTF-16 or UTF-32 from the first bytes. */
  private static void refuseOtherEncodings(int first, int second) throws FrameException {
    boolean plain = first == '{' || first == ' ' || first == '\t' || first == '\r' || first == '\n';
    if (!plain || second <= 0) {
      throw new FrameException("the frame is not a JSON object in UTF-8");
    }
  }

  private static Envelope read(JsonParser opened) throws IOException {
    try (JsonParser parser = opened) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new FrameException("the frame is not a JSON object");
      }
      Envelope envelope = readKeys(parser);
      if (parser.nextToken() != null) {
        throw new FrameException("the frame goes on behind its JSON object");
      }
      return envelope;
    }
  }

  private static Envelope readKeys(JsonParser parser) throws IOException {
    Set<String> seen = new HashSet<>();
    String id = null;
    String type = null;
    String channel = null;
    String correlationId = null;
    String replyTo = null;
    String timestamp = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (!seen.add(key)) {
        throw new FrameException("the envelope has one key twice");
      }
      if (seen.size() > MAX_TOP_LEVEL_KEYS) {
        throw new FrameException("the envelope has more than " + MAX_TOP_LEVEL_KEYS + " keys");
      }
      JsonToken value = parser.nextToken();
      switch (key) {
        case Envelope.ID -> id = text(parser, key, value);
        case Envelope.TYPE -> type = text(parser, key, value);
        case Envelope.CHANNEL -> channel = text(parser, key, value);
        case Envelope.CORRELATION_ID -> correlationId = text(parser, key, value);
        case Envelope.REPLY_TO -> replyTo = text(parser, key, value);
        case Envelope.TIMESTAMP -> timestamp = text(parser, key, value);
        default -> parser.skipChildren();
      }
    }
    if (id == null || id.isEmpty() || type == null || type.isEmpty()) {
      throw new FrameException("the envelope lacks id or type");
    }
    return new Envelope(id, type, channel, correlationId, replyTo, timestamp);
  }

  private static @Nullable String text(JsonParser parser, String key, @Nullable JsonToken value)
      throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value != JsonToken.VALUE_STRING) {
      throw new FrameException("the envelope's " + key + " is not a string");
    }
    return parser.getText();
  }

  /** Where it is wrong, without what stands there: that may be a secret and end in a log. */
  private static FrameException refusal(JsonProcessingException malformed) {
    JsonLocation place = malformed.getLocation();
    return new FrameException(
        place == null
            ? "the frame is not JSON"
            : "the frame is not JSON at character " + place.getCharOffset(),
        malformed);
  }
}
