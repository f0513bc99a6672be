package ai.prismer.claw.openclaw.protocol;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Reads messages of peers, and builds those to them. */
final class Json {
  /** Deeper than any frame is, and far from what a stack can take. */
  private static final int DEPTH = 64;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
              .build());

  private Json() {}

  /** The object in a message; nothing when it holds something else. */
  static Optional<ObjectNode> read(String message) {
    try {
      JsonNode node = MAPPER.readTree(message);
      return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A message of a conversation, as protocol 4 has it. */
  static ObjectNode message(String role, String text, long timestamp) {
    ObjectNode message = object().put("role", role);
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message.put("timestamp", timestamp);
  }
}
