package ai.prismer.claw.testkit.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One request the scripted model received.
 *
 * @param at when it arrived
 * @param path path of the URL
 * @param headers the headers; looked up without regard to case
 * @param body the body as JSON
 * @param outcome completed when the server is done with the request
 */
public record Request(
    Instant at,
    String path,
    Map<String, List<String>> headers,
    JsonNode body,
    CompletableFuture<Outcome> outcome) {

  /** How a request ended, seen from the server. */
  public enum Outcome {
    /** Everything the reply holds was written. */
    SENT,
    /** The client closed the connection before that. */
    CLIENT_GONE,
    /** The server closed the connection, because the reply says so or because it was stopped. */
    CUT
  }

  /** Copies the headers into a map that ignores the case of names. */
  public Request {
    TreeMap<String, List<String>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(headers);
    headers = sorted;
  }

  /** First value of a header. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** Name of the model asked for. */
  public String model() {
    return body.path("model").asText();
  }

  /** Whether the client asked for a stream. */
  public boolean streaming() {
    return body.path("stream").asBoolean(false);
  }

  /**
   * The conversation, one line a message, as {@code role: text}. The system prompt comes first,
   * wherever the vendor's format keeps it.
   */
  public List<String> transcript() {
    List<String> lines = new java.util.ArrayList<>();
    if (body.has("system")) {
      lines.add("system: " + text(body.get("system")));
    }
    body.path("messages")
        .forEach(m -> lines.add(m.path("role").asText() + ": " + text(m.path("content"))));
    return List.copyOf(lines);
  }

  private static String text(JsonNode content) {
    if (!content.isArray()) {
      return content.asText();
    }
    StringBuilder joined = new StringBuilder();
    content.forEach(block -> joined.append(block.path("text").asText()));
    return joined.toString();
  }
}
