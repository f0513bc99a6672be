package ai.prismer.claw.openclaw.protocol;

import ai.prismer.claw.openclaw.session.SessionKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Parameters of a request. What a method does not know is ignored, because clients of OpenClaw send
 * hints that mean nothing here; what it knows must have the right type.
 */
record Params(JsonNode node) {
  private static final int KEY_LIMIT = 256;

  String required(String name) throws ProtocolError {
    return optional(name).orElseThrow(() -> ProtocolError.invalid(name + " is required"));
  }

  Optional<String> optional(String name) throws ProtocolError {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw ProtocolError.invalid(name + " must be a string with at least one character");
    }
    return Optional.of(value.asText());
  }

  /** A key or id; bounded because it is kept in memory and on the disk. */
  String identifier(String name) throws ProtocolError {
    String value = required(name);
    if (value.length() > KEY_LIMIT) {
      throw ProtocolError.invalid(name + " must have at most " + KEY_LIMIT + " characters");
    }
    return value;
  }

  SessionKey sessionKey() throws ProtocolError {
    try {
      return new SessionKey(required("sessionKey"));
    } catch (IllegalArgumentException e) {
      throw ProtocolError.invalid(String.valueOf(e.getMessage()));
    }
  }

  long number(String name, long minimum, long maximum, long otherwise) throws ProtocolError {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw ProtocolError.invalid(name + " must be a whole number");
    }
    if (value.asLong() < minimum || value.asLong() > maximum) {
      throw ProtocolError.invalid(name + " must be " + minimum + " to " + maximum);
    }
    return value.asLong();
  }
}
