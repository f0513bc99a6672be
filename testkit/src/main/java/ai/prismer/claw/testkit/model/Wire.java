package ai.prismer.claw.testkit.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;

/** One vendor's wire format: how it checks a request, answers it, streams it, refuses it. */
interface Wire {
  /** One server-sent event; an empty name means that the vendor sends only {@code data} lines. */
  record Event(String name, String data) {}

  /** The end point. */
  String path();

  /** What the vendor would say of a request without a key, or nothing. */
  Optional<String> unauthorized(Headers headers);

  /** What the vendor would find wrong with the body, or nothing. */
  Optional<String> invalid(JsonNode body);

  /** A whole answer that is not streamed. */
  ObjectNode answer(JsonNode request, String text);

  /** A whole answer, not streamed, that calls a tool. */
  ObjectNode answer(JsonNode request, Reply.ToolCall call);

  /** What comes before the first piece of text. */
  List<Event> textStart(JsonNode request);

  /** One piece of text. */
  Event textPiece(JsonNode request, String text);

  /** What comes after the last piece of text. */
  List<Event> textEnd(JsonNode request, int pieces);

  /** A whole streamed tool call. */
  List<Event> toolCall(JsonNode request, Reply.ToolCall call);

  /** The body of an HTTP error. */
  ObjectNode error(int status, String message);
}
