package ai.prismer.claw.cli.chat;

import ai.prismer.claw.cli.output.Screen;
import ai.prismer.claw.gate.text.ForeignText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a gateway, in protocol 4: requests with an id and their answers, and events
 * that nobody asked for. Every wait has a limit. Requests may be made from any thread.
 */
final class GatewayLink implements AutoCloseable {
  private static final int PROTOCOL = 4;
  private static final int LONGEST_REASON = 500;

  private final Token token;
  private final Duration patience;
  private final Runnable below;
  private final HttpClient http;
  private final Frames frames = new Frames(this::received);
  private final CompletableFuture<Void> challenged = new CompletableFuture<>();
  private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final WebSocket socket;
  private volatile @Nullable Consumer<JsonNode> listener;

  private GatewayLink(URI address, Token token, Duration patience, Runnable below)
      throws GatewayException {
    this.token = token;
    this.patience = patience;
    this.below = below;
    // Never by a proxy: the address is one of this machine, and the token goes over it.
    this.http =
        HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).connectTimeout(patience).build();
    try {
      this.socket =
          await(
              http.newWebSocketBuilder().connectTimeout(patience).buildAsync(address, frames),
              "WebSocket");
    } catch (GatewayException | RuntimeException unreachable) {
      http.shutdownNow();
      throw unreachable;
    }
  }

  /**
   * Connects and shows the token.
   *
   * @param address a {@code ws} address
   * @param patience longest wait for any answer of the gateway
   * @param below closed with the connection: what it goes through
   * @throws GatewayException if the gateway does not let us in
   */
  static GatewayLink connect(URI address, Token token, Duration patience, Runnable below)
      throws GatewayException {
    GatewayLink link = new GatewayLink(address, token, patience, below);
    try {
      link.await(link.challenged, "challenge");
      link.call("connect", link.introduction());
      return link;
    } catch (GatewayException | RuntimeException refused) {
      // What it goes through is still the caller's.
      link.hangUp();
      throw refused;
    }
  }

  private ObjectNode introduction() {
    ObjectNode params = Screen.object().put("minProtocol", PROTOCOL).put("maxProtocol", PROTOCOL);
    params
        .putObject("client")
        .put("id", "gateway-client")
        .put("mode", "backend")
        .put("version", "1")
        .put("platform", "java");
    params.put("role", "operator");
    params.putArray("scopes").add("operator.read").add("operator.write");
    params.putObject("auth").put("token", token.value());
    return params;
  }

  /** Whether requests still have a way. */
  boolean isOpen() {
    return !over().isDone();
  }

  /** Done when the connection is over, with why. */
  CompletableFuture<GatewayException> over() {
    return frames.over();
  }

  /** Has somebody told of the payloads of {@code chat} events, on the connection's own thread. */
  void listen(Consumer<JsonNode> next) {
    listener = next;
  }

  /** Tells nobody any more. */
  void ignore() {
    listener = null;
  }

  /**
   * Makes a request and waits for its answer.
   *
   * @return the payload
   * @throws GatewayException if the gateway refuses, in its own words
   */
  JsonNode call(String method, ObjectNode params) throws GatewayException {
    String id = "c" + ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    try {
      ObjectNode frame = Screen.object().put("type", "req").put("id", id).put("method", method);
      frame.set("params", params);
      send(frame.toString());
      JsonNode response = await(answer, "answer to " + method);
      if (response.path("ok").asBoolean()) {
        return response.path("payload");
      }
      throw refusal(response.path("error"));
    } finally {
      waiting.remove(id);
    }
  }

  /** One message at a time: a socket takes no second one before the first is written. */
  private synchronized void send(String text) throws GatewayException {
    await(socket.sendText(text, true), "reader");
  }

  private GatewayException refusal(JsonNode error) {
    String detail = error.at("/details/code").asText();
    String message = error.path("message").asText();
    return new GatewayException(
        detail.isEmpty() ? error.path("code").asText() : detail, readable(message));
  }

  /** What a gateway says, as far as it may be shown. */
  String readable(String foreign) {
    return foreign.isBlank()
        ? "it does not say why"
        : ForeignText.line(token.masked(foreign), LONGEST_REASON);
  }

  private void received(JsonNode frame) {
    switch (frame.path("type").asText()) {
      case "res" -> {
        CompletableFuture<JsonNode> answer = waiting.get(frame.path("id").asText());
        if (answer != null) {
          answer.complete(frame);
        }
      }
      case "event" -> {
        switch (frame.path("event").asText()) {
          case "connect.challenge" -> challenged.complete(null);
          case "chat" -> chat(frame.path("payload"));
          default -> {
            // Ticks, tools and what is to come.
          }
        }
      }
      default -> {
        // Kinds to come mean nothing to this version.
      }
    }
  }

  private void chat(JsonNode payload) {
    Consumer<JsonNode> told = listener;
    if (told != null) {
      told.accept(payload);
    }
  }

  private <T> T await(CompletableFuture<T> wanted, String what) throws GatewayException {
    try {
      CompletableFuture.anyOf(wanted, over()).get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (wanted.isDone()) {
        return wanted.get();
      }
      throw new GatewayException(readable(over().join().text()));
    } catch (TimeoutException late) {
      throw new GatewayException(
          "the gateway gave no sign within " + patience.toSeconds() + "s: no " + what);
    } catch (ExecutionException failed) {
      String why = over().isDone() ? over().join().text() : reason(failed);
      throw new GatewayException(readable(why));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Network errors of the JDK often have no message, only a telling name. */
  private static String reason(Throwable failed) {
    Throwable cause = failed;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String name = cause.getClass().getSimpleName();
    return "the connection failed ("
        + (cause.getMessage() == null ? name : name + ": " + cause.getMessage())
        + ")";
  }

  private void hangUp() {
    frames.over().complete(new GatewayException("the connection is closed"));
    socket.abort();
    http.shutdownNow();
  }

  @Override
  public void close() {
    hangUp();
    below.run();
  }
}
