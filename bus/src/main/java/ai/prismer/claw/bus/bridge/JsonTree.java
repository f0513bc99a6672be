package ai.prismer.claw.bus.bridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value as maps, lists and texts, for protocols whose frames are small and deep. Numbers and
 * booleans are texts; null is an empty one. What is asked for and not there is empty.
 */
record JsonTree(Object value) {
  private static final int MAX_DEPTH = 64;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final JsonTree NOTHING = new JsonTree("");

  /** Writes the keys of an object. */
  interface Keys {
    /** Writes them. */
    void write(JsonGenerator json) throws IOException;
  }

  /** Reads a text that holds one value. */
  static JsonTree read(String text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IOException("no JSON");
      }
      return new JsonTree(value(parser, first));
    } catch (com.fasterxml.jackson.core.JsonProcessingException malformed) {
      // Without the text, which may hold what a person wrote.
      throw new IOException("the runtime sent what is not JSON", malformed);
    }
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          object.put(key, value(parser, parser.nextToken()));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          array.add(value(parser, next));
        }
        yield array;
      }
      case VALUE_NULL -> "";
      default -> parser.getText();
    };
  }

  /** Writes an object. */
  static String write(Keys keys) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      generator.writeStartObject();
      keys.write(generator);
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new IllegalStateException("writing to memory failed", impossible);
    }
    return text.toString();
  }

  /** The value of a key. */
  JsonTree get(String key) {
    Object found = value instanceof Map<?, ?> object ? object.get(key) : null;
    return found == null ? NOTHING : new JsonTree(found);
  }

  /** The elements of an array. */
  List<JsonTree> elements() {
    List<JsonTree> found = new ArrayList<>();
    if (value instanceof List<?> array) {
      for (Object element : array) {
        found.add(element == null ? NOTHING : new JsonTree(element));
      }
    }
    return found;
  }

  /** The text of a plain value. */
  String text() {
    return value instanceof String plain ? plain : "";
  }
}
