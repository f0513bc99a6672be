package ai.prismer.claw.testkit.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Receives frames and sorts them: responses to who waits for them, events into a queue. */
final class Channel implements WebSocket.Listener {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringBuilder partial = new StringBuilder();
  private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
  private final ConcurrentHashMap<String, CompletableFuture<JsonNode>> responses =
      new ConcurrentHashMap<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private volatile boolean paused;

  /** Events and, for a peer that speaks envelopes, every message. */
  BlockingQueue<JsonNode> events() {
    return events;
  }

  /** Completed with the close code, 1006 for a connection that broke. */
  CompletableFuture<Integer> closed() {
    return closed;
  }

  CompletableFuture<JsonNode> expect(String id) {
    CompletableFuture<JsonNode> response = new CompletableFuture<>();
    responses.put(id, response);
    CompletableFuture<Void> _ =
        closed.thenAccept(code ->
            response.completeExceptionally(
                new GatewayException("the gateway closed the connection with code " + code)));
    return response;
  }

  /** Stops reading, as a client that is stuck. */
  void pause() {
    paused = true;
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      String text = partial.toString();
      partial.setLength(0);
      dispatch(text);
    }
    if (!paused) {
      socket.request(1);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    closed.complete(1006);
  }

  private void dispatch(String text) {
    JsonNode frame;
    try {
      frame = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new GatewayException("the gateway sent no JSON: " + text);
    }
    if (frame.path("type").asText().equals("res")) {
      CompletableFuture<JsonNode> response = responses.remove(frame.path("id").asText());
      if (response != null) {
        response.complete(frame);
      }
    } else {
      events.add(frame);
    }
  }
}
