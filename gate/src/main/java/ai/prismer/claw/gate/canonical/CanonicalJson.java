package ai.prismer.claw.gate.canonical;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * JSON in the one form that RFC 8785 allows, and the strict reader that goes with it.
 *
 * <p>RFC 8785 is defined for I-JSON only: no duplicate names, no lone surrogates, numbers that a
 * double holds. Whoever digests or signs must refuse everything else, or two readers see two
 * different documents behind one signature. {@link #read} refuses it before anything is built, with
 * a bounded depth, so that a hostile document costs neither memory nor stack.
 */
public final class CanonicalJson {
  /** The largest integer that every JSON reader holds exactly: 2⁵³ − 1. */
  public static final long MAX_INTEGER = (1L << 53) - 1;

  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 32;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectReader READER = MAPPER.reader();

  private CanonicalJson() {}

  /** A new empty object to fill. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads one JSON object.
   *
   * @param utf8 the whole text; the caller has bounded its length
   * @throws IOException if it is not UTF-8, not one JSON object, nested deeper than 16 levels, or
   *     has a duplicate name, a lone surrogate or anything after its end
   */
  public static ObjectNode read(byte[] utf8) throws IOException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("not UTF-8", e);
    }
    JsonNode node;
    try {
      node = READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IOException("not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!(node instanceof ObjectNode object)) {
      throw new IOException("not a JSON object");
    }
    if (hasLoneSurrogate(object)) {
      throw new IOException("text with half of a surrogate pair");
    }
    return object;
  }

  /**
   * The canonical bytes of an object.
   *
   * @throws IllegalArgumentException if a string in it holds half of a surrogate pair
   */
  public static byte[] write(ObjectNode object) {
    if (hasLoneSurrogate(object)) {
      throw new IllegalArgumentException(
          "text with half of a surrogate pair has no canonical form");
    }
    try {
      return new JsonCanonicalizer(object.toString()).getEncodedUTF8();
    } catch (IOException e) {
      throw new IllegalArgumentException("no canonical form: " + e.getMessage(), e);
    }
  }

  /** Whether the text holds half of a surrogate pair, which UTF-8 cannot carry. */
  public static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasLoneSurrogate(JsonNode node) {
    if (node.isTextual()) {
      return hasLoneSurrogate(node.textValue());
    }
    for (var field : node.properties()) {
      if (hasLoneSurrogate(field.getKey())) {
        return true;
      }
    }
    for (JsonNode child : node) {
      if (hasLoneSurrogate(child)) {
        return true;
      }
    }
    return false;
  }
}
