package ai.prismer.claw.testkit.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Talks protocol 4 over a real WebSocket: connects as the bus does ({@code gateway-client}, mode
 * {@code backend}), sends requests, receives events.
 *
 * <p>Every wait has a limit and ends in a {@link GatewayException} that says what was waited for.
 * Requests may be made from any thread; events are meant for one.
 */
public final class GatewayClient implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final HttpClient http;
  private final WebSocket socket;
  private final Channel channel;
  private final Duration patience;
  private final AtomicLong ids = new AtomicLong();

  private GatewayClient(HttpClient http, WebSocket socket, Channel channel, Duration patience) {
    this.http = http;
    this.socket = socket;
    this.channel = channel;
    this.patience = patience;
  }

  /**
   * Opens a WebSocket and nothing more: no token is shown yet.
   *
   * @param patience longest wait for anything
   */
  public static GatewayClient open(URI url, Duration patience) {
    HttpClient http = HttpClient.newHttpClient();
    Channel channel = new Channel();
    try {
      WebSocket socket =
          http.newWebSocketBuilder().connectTimeout(patience).buildAsync(url, channel).join();
      return new GatewayClient(http, socket, channel, patience);
    } catch (CompletionException e) {
      http.shutdownNow();
      throw new GatewayException("cannot connect to " + url + ": " + e.getCause());
    }
  }

  /** Opens a WebSocket, waits for the challenge and shows the token. */
  public static GatewayClient connect(URI url, String token, Duration patience) {
    GatewayClient client = open(url, patience);
    try {
      client.await(e -> e.path("event").asText().equals("connect.challenge"), "a challenge");
      client.hello(token);
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** Shows a token; the payload of {@code hello-ok}. */
  public JsonNode hello(String token) {
    ObjectNode params = JSON.objectNode().put("minProtocol", 4).put("maxProtocol", 4);
    params
        .putObject("client")
        .put("id", "gateway-client")
        .put("mode", "backend")
        .put("version", "1")
        .put("platform", "java");
    params.put("role", "operator");
    params.putArray("scopes").add("operator.read").add("operator.write");
    params.putArray("caps").add("tool-events");
    params.putObject("auth").put("token", token);
    return request("connect", params);
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @return the payload
   * @throws GatewayException when the gateway refuses
   */
  public JsonNode request(String method, ObjectNode params) {
    JsonNode frame = await(requestLater(method, params), "the answer to " + method);
    if (!frame.path("ok").asBoolean()) {
      JsonNode error = frame.path("error");
      throw new GatewayException(method + ": " + error.path("message").asText(), error);
    }
    return frame.path("payload");
  }

  /** Sends a request; the whole response comes later. */
  public CompletableFuture<JsonNode> requestLater(String method, ObjectNode params) {
    String id = "r" + ids.incrementAndGet();
    CompletableFuture<JsonNode> response = channel.expect(id);
    ObjectNode frame = JSON.objectNode().put("type", "req").put("id", id).put("method", method);
    frame.set("params", params);
    send(frame.toString());
    return response;
  }

  /** {@code chat.send}; the status that was answered: started, in_flight or ok. */
  public String send(String sessionKey, String message, String idempotencyKey) {
    ObjectNode params =
        JSON.objectNode()
            .put("sessionKey", sessionKey)
            .put("message", message)
            .put("idempotencyKey", idempotencyKey);
    return request("chat.send", params).path("status").asText();
  }

  /**
   * Asks and waits for the whole answer.
   *
   * @param pieces hears the answer as it comes
   * @return the text of the final message
   * @throws GatewayException when the turn ends in an error or is aborted
   */
  public String ask(String sessionKey, String message, Consumer<String> pieces) {
    String runId = UUID.randomUUID().toString();
    send(sessionKey, message, runId);
    JsonNode end =
        chat(
            runId,
            payload -> {
              if (payload.path("state").asText().equals("delta")) {
                pieces.accept(payload.path("deltaText").asText());
              }
            });
    if (!end.path("state").asText().equals("final")) {
      throw new GatewayException(
          "the turn ended in "
              + end.path("state").asText()
              + ": "
              + end.path("errorMessage").asText());
    }
    return text(end.path("message"));
  }

  /** Waits for the last {@code chat} event of a run; its payload. */
  public JsonNode end(String runId) {
    return chat(runId, payload -> {});
  }

  /** Waits for a {@code chat} event of a run in a state; its payload. */
  public JsonNode state(String runId, String state) {
    JsonNode event =
        await(
            e ->
                e.path("payload").path("runId").asText().equals(runId)
                    && e.path("payload").path("state").asText().equals(state),
            state + " of " + runId);
    return event.path("payload");
  }

  /** Waits for an event by name, passing over others; its payload. */
  public JsonNode event(String name) {
    return await(e -> e.path("event").asText().equals(name), "event " + name).path("payload");
  }

  /** Waits for the gateway to close the connection; its close code, 1006 when it just broke. */
  public int closeCode() {
    return await(channel.closed(), "the end of the connection");
  }

  /** Sends a text frame as it is. */
  public void send(String frame) {
    try {
      socket.sendText(frame, true).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException("interrupted while sending");
    } catch (ExecutionException | TimeoutException e) {
      throw new GatewayException("cannot send: " + e);
    }
  }

  /** Stops reading, as a client that is stuck. */
  public void stopReading() {
    channel.pause();
  }

  /** The text of a message of protocol 4. */
  public static String text(JsonNode message) {
    StringBuilder text = new StringBuilder();
    message.path("content").forEach(block -> text.append(block.path("text").asText()));
    return text.toString();
  }

  /** Breaks the connection off. */
  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  private JsonNode chat(String runId, Consumer<JsonNode> others) {
    while (true) {
      JsonNode payload =
          await(
                  e ->
                      e.path("event").asText().equals("chat")
                          && e.path("payload").path("runId").asText().equals(runId),
                  "the end of " + runId)
              .path("payload");
      switch (payload.path("state").asText()) {
        case "final", "error", "aborted" -> {
          return payload;
        }
        default -> others.accept(payload);
      }
    }
  }

  private JsonNode await(java.util.function.Predicate<JsonNode> wanted, String what) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      JsonNode event = next(end, what);
      if (wanted.test(event)) {
        return event;
      }
    }
  }

  private JsonNode next(long end, String what) {
    try {
      while (true) {
        JsonNode event = channel.events().poll(20, TimeUnit.MILLISECONDS);
        if (event != null) {
          return event;
        }
        if (channel.closed().isDone() && channel.events().isEmpty()) {
          throw new GatewayException(
              "the gateway closed the connection with code "
                  + channel.closed().join()
                  + " before "
                  + what);
        }
        if (System.nanoTime() > end) {
          throw new GatewayException("no " + what + " within " + patience);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException("interrupted while waiting for " + what);
    }
  }

  private <T> T await(CompletableFuture<T> future, String what) {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new GatewayException("no " + what + " within " + patience);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GatewayException known) {
        throw known;
      }
      throw new GatewayException(what + ": " + Objects.toString(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException("interrupted while waiting for " + what);
    }
  }
}
