package ai.prismer.claw.testkit.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;

/**
 * Anthropic's messages, as <a
 * href="https://docs.anthropic.com/en/api/messages-streaming">documented</a>.
 */
final class AnthropicWire implements Wire {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Override
  public String path() {
    return "/v1/messages";
  }

  @Override
  public Optional<String> unauthorized(Headers headers) {
    String key = headers.getFirst("x-api-key");
    return key == null || key.isBlank()
        ? Optional.of("x-api-key header is required")
        : Optional.empty();
  }

  @Override
  public Optional<String> invalid(JsonNode body) {
    if (!body.path("model").isTextual()) {
      return Optional.of("model: Field required");
    }
    if (!body.path("max_tokens").isInt()) {
      return Optional.of("max_tokens: Field required");
    }
    JsonNode messages = body.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      return Optional.of("messages: at least one message is required");
    }
    if (!messages.get(0).path("role").asText().equals("user")) {
      return Optional.of("messages: first message must use the \"user\" role");
    }
    for (JsonNode message : messages) {
      if (message.path("content").isEmpty() && message.path("content").asText().isEmpty()) {
        return Optional.of("messages: text content blocks must be non-empty");
      }
    }
    return Optional.empty();
  }

  @Override
  public ObjectNode answer(JsonNode request, String text) {
    ObjectNode message = message(request);
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message.put("stop_reason", "end_turn");
  }

  @Override
  public ObjectNode answer(JsonNode request, Reply.ToolCall call) {
    ObjectNode message = message(request);
    ObjectNode use = message.putArray("content").addObject();
    use.put("type", "tool_use").put("id", "toolu_scripted").put("name", call.name());
    use.set("input", ScriptedModel.parse(call.arguments()));
    return message.put("stop_reason", "tool_use");
  }

  @Override
  public List<Event> textStart(JsonNode request) {
    ObjectNode block = JSON.objectNode().put("type", "text").put("text", "");
    return List.of(messageStart(request), blockStart(block), event(typed("ping")));
  }

  @Override
  public Event textPiece(JsonNode request, String text) {
    return delta(JSON.objectNode().put("type", "text_delta").put("text", text));
  }

  @Override
  public List<Event> textEnd(JsonNode request, int pieces) {
    return end("end_turn", pieces);
  }

  @Override
  public List<Event> toolCall(JsonNode request, Reply.ToolCall call) {
    ObjectNode block = JSON.objectNode().put("type", "tool_use").put("id", "toolu_scripted");
    block.put("name", call.name()).putObject("input");
    ObjectNode arguments =
        JSON.objectNode().put("type", "input_json_delta").put("partial_json", call.arguments());
    List<Event> end = end("tool_use", 1);
    return List.of(
        messageStart(request),
        blockStart(block),
        delta(arguments),
        end.get(0),
        end.get(1),
        end.get(2));
  }

  @Override
  public ObjectNode error(int status, String message) {
    String type =
        switch (status) {
          case 401 -> "authentication_error";
          case 404 -> "not_found_error";
          case 429 -> "rate_limit_error";
          case 529 -> "overloaded_error";
          default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    ObjectNode body = typed("error");
    body.putObject("error").put("type", type).put("message", message);
    return body;
  }

  private static ObjectNode message(JsonNode request) {
    ObjectNode message =
        typed("message")
            .put("id", "msg_scripted")
            .put("role", "assistant")
            .put("model", request.path("model").asText());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.putObject("usage").put("input_tokens", 1).put("output_tokens", 1);
    return message;
  }

  private static Event messageStart(JsonNode request) {
    ObjectNode body = typed("message_start");
    body.set("message", message(request));
    return event(body);
  }

  private static Event blockStart(ObjectNode block) {
    ObjectNode body = typed("content_block_start").put("index", 0);
    body.set("content_block", block);
    return event(body);
  }

  private static Event delta(ObjectNode delta) {
    ObjectNode body = typed("content_block_delta").put("index", 0);
    body.set("delta", delta);
    return event(body);
  }

  private static List<Event> end(String reason, int outputTokens) {
    ObjectNode message = typed("message_delta");
    message.putObject("delta").put("stop_reason", reason).putNull("stop_sequence");
    message.putObject("usage").put("output_tokens", outputTokens);
    return List.of(
        event(typed("content_block_stop").put("index", 0)),
        event(message),
        event(typed("message_stop")));
  }

  private static ObjectNode typed(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static Event event(ObjectNode body) {
    return new Event(body.path("type").asText(), body.toString());
  }
}
