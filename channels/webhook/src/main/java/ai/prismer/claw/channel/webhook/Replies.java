package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.Message;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What callers are written. */
final class Replies {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Metrics metrics;

  Replies(Metrics metrics) {
    this.metrics = metrics;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** An answer as a caller sees it. */
  static ObjectNode answer(Message message) {
    ObjectNode body = object();
    body.put("id", message.question()).put("status", "answered").put("answerId", message.id());
    body.put("text", message.text());
    body.set("payload", message.payload());
    return body;
  }

  void json(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    write(exchange, status, body.toString());
  }

  void text(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    write(exchange, status, text);
  }

  /** A refusal, in one word for programs and a sentence for people. */
  void refuse(HttpExchange exchange, int status, String code, String reason) throws IOException {
    json(exchange, status, object().put("error", code).put("message", reason));
  }

  /** A refusal that does not last. */
  void later(HttpExchange exchange, int status, String code, String reason, Duration wait)
      throws IOException {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds));
    refuse(exchange, status, code, reason);
  }

  private void write(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    metrics.answeredWith(status);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Begins an event stream; its events are written to what is returned. */
  OutputStream stream(HttpExchange exchange) throws IOException {
    metrics.answeredWith(200);
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  /** Writes one event; JSON has no line breaks of its own. */
  static void event(OutputStream out, String name, ObjectNode data) throws IOException {
    out.write(("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
