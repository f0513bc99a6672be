package ai.prismer.claw.bus.framing;

import ai.prismer.claw.contract.Envelope;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the plain values of a payload's top level: what control frames say, and the text of a
 * message for a runtime that does not speak envelopes.
 */
public final class PayloadReader {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_KEYS = 64;

  private PayloadReader() {}

  /**
   * Strings, numbers and booleans of the payload, as text; other values are left out.
   *
   * @param frame an envelope that {@link EnvelopeReader} has accepted
   * @throws FrameException when it has too many keys or a string beyond the parser's bounds
   */
  public static Map<String, String> read(InputStream frame) throws IOException {
    Map<String, String> found = new HashMap<>();
    try (JsonParser parser = JSON.createParser(frame)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (key.equals(Envelope.PAYLOAD) && value == JsonToken.START_OBJECT) {
          readObject(parser, found);
          return found;
        }
        parser.skipChildren();
      }
      return found;
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      throw new FrameException("the payload cannot be read", malformed);
    }
  }

  /**
   * The texts of a list in the payload's top level; empty if there is none.
   *
   * @param frame an envelope that {@link EnvelopeReader} has accepted
   * @param most longer lists are cut
   */
  public static List<String> readList(InputStream frame, String key, int most) throws IOException {
    List<String> found = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(frame)) {
      if (enter(parser, Envelope.PAYLOAD, JsonToken.START_OBJECT)
          && enterNested(parser, key, JsonToken.START_ARRAY)) {
        while (parser.nextToken() == JsonToken.VALUE_STRING && found.size() < most) {
          found.add(parser.getText());
        }
      }
      return found;
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      throw new FrameException("the payload cannot be read", malformed);
    }
  }

  private static boolean enter(JsonParser parser, String key, JsonToken kind) throws IOException {
    return parser.nextToken() == JsonToken.START_OBJECT && enterNested(parser, key, kind);
  }

  /** Goes on to the value of {@code key} in the object that is open, if it is of that kind. */
  private static boolean enterNested(JsonParser parser, String key, JsonToken kind)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals(key);
      if (parser.nextToken() == kind && wanted) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  private static void readObject(JsonParser parser, Map<String, String> found) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
        found.put(key, parser.getText());
      } else {
        parser.skipChildren();
      }
      if (found.size() > MOST_KEYS) {
        throw new FrameException("the payload has more than " + MOST_KEYS + " keys");
      }
    }
  }
}
