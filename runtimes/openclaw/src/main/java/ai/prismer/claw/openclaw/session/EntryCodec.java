package ai.prismer.claw.openclaw.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** Entries as lines of JSON. Unknown types and fields are skipped, so a newer file can be read. */
final class EntryCodec {
  private static final ObjectMapper JSON = new ObjectMapper();

  private EntryCodec() {}

  /** The first line of a file: which conversation it holds. */
  static byte[] header(SessionKey key) {
    return line(
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "session")
            .put("version", 1)
            .put("sessionKey", key.value()));
  }

  /** The conversation that a first line names. */
  static Optional<SessionKey> headerKey(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.path("type").asText().equals("session")
          ? Optional.of(new SessionKey(node.path("sessionKey").asText()))
          : Optional.empty();
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static byte[] encode(Entry entry) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    switch (entry) {
      case Entry.User user -> node.put("type", "user").put("text", user.text());
      case Entry.Assistant answer ->
          node.put("type", "assistant")
              .put("text", answer.text())
              .put("stopReason", answer.stopReason());
      case Entry.Aborted aborted -> node.put("type", "aborted").put("text", aborted.text());
      case Entry.Failed failed ->
          node.put("type", "failed").put("kind", failed.kind()).put("message", failed.message());
      case Entry.Resumed resumed -> node.put("type", "resumed");
    }
    return line(node.put("key", entry.key()).put("at", entry.at().toString()));
  }

  /** The entry on a line; nothing for a header, a torn or damaged line, or an unknown type. */
  static Optional<Entry> decode(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      String key = node.path("key").asText();
      if (key.isEmpty()) {
        return Optional.empty();
      }
      Instant at = Instant.parse(node.path("at").asText());
      String text = node.path("text").asText();
      return switch (node.path("type").asText()) {
        case "user" -> Optional.of(new Entry.User(key, at, text));
        case "assistant" ->
            Optional.of(new Entry.Assistant(key, at, text, node.path("stopReason").asText()));
        case "aborted" -> Optional.of(new Entry.Aborted(key, at, text));
        case "failed" ->
            Optional.of(
                new Entry.Failed(
                    key, at, node.path("kind").asText(), node.path("message").asText()));
        case "resumed" -> Optional.of(new Entry.Resumed(key, at));
        default -> Optional.empty();
      };
    } catch (JacksonException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static byte[] line(ObjectNode node) {
    return (node + "\n").getBytes(UTF_8);
  }
}
