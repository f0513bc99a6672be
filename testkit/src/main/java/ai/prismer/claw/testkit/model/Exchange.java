package ai.prismer.claw.testkit.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.prismer.claw.testkit.model.Request.Outcome;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Answers the requests to one end point. */
final class Exchange implements HttpHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SIGN_OF_LIFE = Duration.ofMillis(20);
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private final Wire wire;
  private final ScriptedModel model;
  private final InstantSource clock;

  Exchange(Wire wire, ScriptedModel model, InstantSource clock) {
    this.wire = wire;
    this.model = model;
    this.clock = clock;
  }

  /**
   * Ends an exchange without the end of its body. The JDK's server closes the connection of a
   * handler that throws; {@code HttpExchange.close} would end the body properly.
   */
  private static final class Cut extends IOException {
    private static final long serialVersionUID = 1;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    // Closed only when all went well: closing after a Cut would write the missing end.
    respond(exchange);
    exchange.close();
  }

  private void respond(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals(wire.path())) {
      notFound(exchange);
      return;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      refuse(exchange, 405, "only POST is allowed here", Optional.empty());
      return;
    }
    JsonNode body = body(exchange);
    Optional<String> unauthorized = wire.unauthorized(exchange.getRequestHeaders());
    if (unauthorized.isPresent()) {
      refuse(exchange, 401, unauthorized.get(), Optional.empty());
      return;
    }
    Optional<String> invalid = wire.invalid(body);
    if (invalid.isPresent()) {
      refuse(exchange, 400, invalid.get(), Optional.empty());
      return;
    }
    answer(exchange, body);
  }

  /** Answers 404 with a JSON body. */
  static void notFound(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      send(exchange, 404, JsonNodeFactory.instance.objectNode().put("error", "no " + path));
    }
  }

  private void answer(HttpExchange exchange, JsonNode body) throws IOException {
    Request request =
        new Request(
            clock.instant(),
            wire.path(),
            exchange.getRequestHeaders(),
            body,
            new CompletableFuture<>());
    Outcome outcome = Outcome.CLIENT_GONE;
    try {
      perform(exchange, request, model.accept(request));
      outcome = Outcome.SENT;
    } catch (Cut cut) {
      outcome = Outcome.CUT;
      throw cut;
    } finally {
      request.outcome().complete(outcome);
    }
  }

  private void perform(HttpExchange exchange, Request request, Reply reply) throws IOException {
    switch (reply) {
      case Reply.Text text -> text(exchange, request, text);
      case Reply.ToolCall call -> toolCall(exchange, request, call);
      case Reply.Hang hang -> hang(exchange, request, hang);
      case Reply.Failure failure ->
          refuse(exchange, failure.status(), "scripted failure", failure.retryAfter());
      case Reply.Garbage garbage -> garbage(exchange, request);
      case Reply.Cut cut -> {
        pieces(openStream(exchange), request, cut.before(), Duration.ZERO);
        throw new Cut();
      }
    }
  }

  private void text(HttpExchange exchange, Request request, Reply.Text text) throws IOException {
    if (!request.streaming()) {
      pause(text.delay().multipliedBy(text.chunks().size()));
      send(exchange, 200, wire.answer(request.body(), String.join("", text.chunks())));
      return;
    }
    OutputStream stream = openStream(exchange);
    pieces(stream, request, text.chunks(), text.delay());
    write(stream, wire.textEnd(request.body(), text.chunks().size()));
  }

  private void toolCall(HttpExchange exchange, Request request, Reply.ToolCall call)
      throws IOException {
    if (request.streaming()) {
      write(openStream(exchange), wire.toolCall(request.body(), call));
    } else {
      send(exchange, 200, wire.answer(request.body(), call));
    }
  }

  private void hang(HttpExchange exchange, Request request, Reply.Hang hang) throws IOException {
    if (hang.before().isEmpty()) {
      pause(FOREVER);
    }
    OutputStream stream = openStream(exchange);
    pieces(stream, request, hang.before(), Duration.ZERO);
    while (true) {
      pause(SIGN_OF_LIFE);
      stream.write(": \n\n".getBytes(UTF_8));
      stream.flush();
    }
  }

  private static void garbage(HttpExchange exchange, Request request) throws IOException {
    byte[] garbage = "data: {\"choices\":[{\u0000\u0007<html>not an answer\n\n".getBytes(UTF_8);
    contentType(exchange, request.streaming() ? "text/event-stream" : "application/json");
    exchange.sendResponseHeaders(200, garbage.length);
    exchange.getResponseBody().write(garbage);
  }

  private void pieces(OutputStream stream, Request request, List<String> pieces, Duration delay)
      throws IOException {
    write(stream, wire.textStart(request.body()));
    for (String piece : pieces) {
      pause(delay);
      write(stream, List.of(wire.textPiece(request.body(), piece)));
    }
  }

  private static OutputStream openStream(HttpExchange exchange) throws IOException {
    contentType(exchange, "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-cache");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static void write(OutputStream stream, List<Wire.Event> events) throws IOException {
    for (Wire.Event event : events) {
      String name = event.name().isEmpty() ? "" : "event: " + event.name() + "\n";
      stream.write((name + "data: " + event.data() + "\n\n").getBytes(UTF_8));
      stream.flush();
    }
  }

  private void refuse(
      HttpExchange exchange, int status, String message, Optional<Duration> retryAfter)
      throws IOException {
    retryAfter.ifPresent(after ->
        exchange.getResponseHeaders().set("Retry-After", Long.toString(after.toSeconds())));
    send(exchange, status, wire.error(status, message));
  }

  private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(UTF_8);
    contentType(exchange, "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void contentType(HttpExchange exchange, String type) {
    exchange.getResponseHeaders().set("Content-Type", type);
  }

  /** Reads the body; what is no JSON counts as an empty object, which the wire then refuses. */
  private static JsonNode body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    try {
      return JSON.readTree(bytes);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  /** Waits; ends in a cut when the server is closed meanwhile. */
  private void pause(Duration duration) throws Cut {
    if (duration.isZero()) {
      return;
    }
    try {
      if (model.closed().await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Cut();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cut();
    }
  }
}
