package ai.prismer.claw.gate.intent;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.intent.Parsed.Flaw;
import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the annotation that anybody who may patch a Claw can fill with anything.
 *
 * <p>Strict on purpose: at most 4 KiB of UTF-8, one JSON object, known keys once each, parameters
 * that are strings, a generation that is a plain integer, nothing after the end. What a lenient
 * parser would guess, two parsers guess differently, and the receipt would show one intent while
 * another was executed. The only nested value is {@code params}; anything deeper is refused at its
 * first bracket, so no depth is ever followed.
 */
public final class IntentParser {
  /** The most bytes of UTF-8 an intent may have. */
  public static final int MAX_BYTES = 4096;

  private static final int MAX_PARAMS = 8;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(4).build())
          .build();

  private IntentParser() {}

  /**
   * Parses the value of the annotation.
   *
   * @param text any string
   * @return an intent of the right shape, or why it is none; never an exception
   */
  public static Parsed parse(String text) {
    // Every UTF-16 unit is at least one byte: no need to encode what is too long anyway.
    if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return new Parsed.Malformed(Flaw.SHAPE, "an intent is at most " + MAX_BYTES + " bytes", text);
    }
    if (CanonicalJson.hasLoneSurrogate(text)) {
      return new Parsed.Malformed(Flaw.SHAPE, "the text is not valid Unicode", text);
    }
    try (JsonParser parser = JSON.createParser(text)) {
      return new Parsed.Valid(object(parser));
    } catch (MalformedIntentException e) {
      return new Parsed.Malformed(e.flaw, e.reason, text);
    } catch (JsonProcessingException e) {
      return new Parsed.Malformed(Flaw.SHAPE, "not valid JSON" + at(e), text);
    } catch (IOException e) {
      return new Parsed.Malformed(Flaw.SHAPE, "not valid JSON", text);
    }
  }

  private static String at(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " near character " + e.getLocation().getCharOffset();
  }

  private static Intent object(JsonParser parser) throws IOException, MalformedIntentException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw shape("an intent is one JSON object");
    }
    Fields fields = new Fields();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "action" -> fields.action = once(key, fields.action, string(parser, key));
        case "params" -> fields.params = once(key, fields.params, params(parser));
        case "generation" -> fields.generation = once(key, fields.generation, generation(parser));
        case "source" -> fields.source = once(key, fields.source, string(parser, key));
        case "escalationRef" ->
            fields.escalationRef = once(key, fields.escalationRef, string(parser, key));
        case "reason" -> fields.reason = once(key, fields.reason, string(parser, key));
        default ->
            throw shape(
                "unknown key "
                    + ForeignText.quoted(key)
                    + "; known are action, params, generation, source, escalationRef, reason");
      }
    }
    if (parser.nextToken() != null) {
      throw shape("there is something after the end of the intent");
    }
    return fields.intent();
  }

  private static Map<String, String> params(JsonParser parser)
      throws IOException, MalformedIntentException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw shape("params must be an object of strings");
    }
    Map<String, String> params = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      String value = string(parser, "params." + key);
      if (params.put(key, value) != null) {
        throw shape("params has the key " + ForeignText.quoted(key) + " twice");
      }
      if (params.size() > MAX_PARAMS) {
        throw shape("params has more than " + MAX_PARAMS + " keys");
      }
      if (CanonicalJson.hasLoneSurrogate(key)) {
        throw shape("a key of params is not valid Unicode");
      }
    }
    return params;
  }

  private static String string(JsonParser parser, String key)
      throws IOException, MalformedIntentException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw shape(ForeignText.line(key, 64) + " must be a string");
    }
    String value = parser.getText();
    // An escape can spell what the text itself cannot: "\ud800" is valid JSON but no Unicode.
    if (CanonicalJson.hasLoneSurrogate(value)) {
      throw shape(ForeignText.line(key, 64) + " is not valid Unicode");
    }
    return value;
  }

  private static Long generation(JsonParser parser) throws IOException, MalformedIntentException {
    // By its text, not by its value: "1e3", "1.0" and "-0" are integers to some readers only.
    String text = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getText() : "";
    if (text.isEmpty() || text.length() > 16 || text.charAt(0) == '-') {
      throw generationRange();
    }
    long value = Long.parseLong(text);
    if (value < 1 || value > CanonicalJson.MAX_INTEGER) {
      throw generationRange();
    }
    return value;
  }

  private static MalformedIntentException generationRange() {
    return shape("generation must be an integer from 1 to " + CanonicalJson.MAX_INTEGER);
  }

  private static <T> T once(String key, @Nullable T before, T value)
      throws MalformedIntentException {
    if (before != null) {
      throw shape("the key " + key + " appears twice");
    }
    return value;
  }

  private static MalformedIntentException shape(String reason) {
    return new MalformedIntentException(Flaw.SHAPE, reason);
  }

  /** The keys seen so far. */
  private static final class Fields {
    @Nullable String action;
    @Nullable Map<String, String> params;
    @Nullable Long generation;
    @Nullable String source;
    @Nullable String escalationRef;
    @Nullable String reason;

    Intent intent() throws MalformedIntentException {
      if (action == null) {
        throw shape("the key action is missing");
      }
      if (generation == null) {
        throw shape("the key generation is missing; use the time in Unix milliseconds");
      }
      if (source == null) {
        throw shape("the key source is missing; name who asks");
      }
      Action known = Action.of(action).orElse(null);
      if (known == null) {
        throw new MalformedIntentException(
            Flaw.ACTION,
            "there is no action "
                + ForeignText.quoted(action)
                + "; there are bump-memory, bump-cpu, restart-pod, rollout-restart, scale-replicas");
      }
      return new Intent(
          known, params == null ? Map.of() : params, generation, source, escalationRef, reason);
    }
  }

  /** Leaves the parser at the first fault; never leaves this class. */
  private static final class MalformedIntentException extends Exception {
    final Flaw flaw;
    final String reason;

    MalformedIntentException(Flaw flaw, String reason) {
      super(reason, null, false, false);
      this.flaw = flaw;
      this.reason = reason;
    }
  }
}
