package ai.prismer.claw.testkit.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * OpenAI's chat completions, as <a
 * href="https://platform.openai.com/docs/api-reference/chat">documented</a>.
 */
final class OpenAiWire implements Wire {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String ID = "chatcmpl-scripted";
  private static final long CREATED = 1_767_225_600;

  @Override
  public String path() {
    return "/v1/chat/completions";
  }

  @Override
  public Optional<String> unauthorized(Headers headers) {
    String authorization = headers.getFirst("Authorization");
    return authorization != null && authorization.matches("Bearer \\S+")
        ? Optional.empty()
        : Optional.of("You didn't provide an API key.");
  }

  @Override
  public Optional<String> invalid(JsonNode body) {
    if (!body.path("model").isTextual()) {
      return Optional.of("you must provide a model parameter");
    }
    if (!body.path("messages").isArray() || body.path("messages").isEmpty()) {
      return Optional.of("[] is too short - 'messages'");
    }
    return Optional.empty();
  }

  @Override
  public ObjectNode answer(JsonNode request, String text) {
    ObjectNode message = JSON.objectNode().put("role", "assistant").put("content", text);
    return completion(request, message, "stop");
  }

  @Override
  public ObjectNode answer(JsonNode request, Reply.ToolCall call) {
    ObjectNode message = JSON.objectNode().put("role", "assistant").putNull("content");
    message.putArray("tool_calls").add(function(call));
    return completion(request, message, "tool_calls");
  }

  @Override
  public List<Event> textStart(JsonNode request) {
    ObjectNode delta = JSON.objectNode().put("role", "assistant").put("content", "");
    return List.of(chunk(request, delta, null));
  }

  @Override
  public Event textPiece(JsonNode request, String text) {
    return chunk(request, JSON.objectNode().put("content", text), null);
  }

  @Override
  public List<Event> textEnd(JsonNode request, int pieces) {
    return end(request, "stop", pieces);
  }

  @Override
  public List<Event> toolCall(JsonNode request, Reply.ToolCall call) {
    ObjectNode named = JSON.objectNode().put("role", "assistant").putNull("content");
    named.putArray("tool_calls").add(function(new Reply.ToolCall(call.name(), "")).put("index", 0));
    ObjectNode arguments = JSON.objectNode();
    ObjectNode piece = arguments.putArray("tool_calls").addObject().put("index", 0);
    piece.putObject("function").put("arguments", call.arguments());
    List<Event> events = new ArrayList<>();
    events.add(chunk(request, named, null));
    events.add(chunk(request, arguments, null));
    events.addAll(end(request, "tool_calls", 1));
    return events;
  }

  @Override
  public ObjectNode error(int status, String message) {
    String type =
        switch (status) {
          case 429 -> "rate_limit_exceeded";
          case 401 -> "invalid_api_key";
          default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    ObjectNode body = JSON.objectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", type)
        .putNull("param")
        .putNull("code");
    return body;
  }

  private static ObjectNode function(Reply.ToolCall call) {
    ObjectNode node = JSON.objectNode().put("id", "call_scripted").put("type", "function");
    node.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    return node;
  }

  private static ObjectNode completion(JsonNode request, ObjectNode message, String finish) {
    ObjectNode body = head(request, "chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.set("message", message);
    choice.put("finish_reason", finish);
    body.set("usage", usage(1));
    return body;
  }

  private static List<Event> end(JsonNode request, String finish, int pieces) {
    List<Event> events = new ArrayList<>();
    events.add(chunk(request, JSON.objectNode(), finish));
    if (request.path("stream_options").path("include_usage").asBoolean(false)) {
      ObjectNode last = head(request, "chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(pieces));
      events.add(new Event("", last.toString()));
    }
    events.add(new Event("", "[DONE]"));
    return events;
  }

  private static Event chunk(
      JsonNode request, ObjectNode delta, @org.jspecify.annotations.Nullable String finish) {
    ObjectNode body = head(request, "chat.completion.chunk");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", finish);
    return new Event("", body.toString());
  }

  private static ObjectNode head(JsonNode request, String object) {
    return JSON.objectNode()
        .put("id", ID)
        .put("object", object)
        .put("created", CREATED)
        .put("model", request.path("model").asText());
  }

  private static ObjectNode usage(int completion) {
    return JSON.objectNode()
        .put("prompt_tokens", 1)
        .put("completion_tokens", completion)
        .put("total_tokens", completion + 1);
  }
}
