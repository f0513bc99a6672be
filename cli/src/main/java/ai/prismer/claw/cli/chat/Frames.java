package ai.prismer.claw.cli.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a gateway: text messages, each one JSON object. The next one is asked for when the
 * one before has been dealt with, so that of a gateway which talks without end no more is kept than
 * one frame, and of that no more than {@link #LONGEST}.
 */
final class Frames implements WebSocket.Listener {
  /** Characters. An answer of the longest kind fits, with every character of it escaped. */
  static final int LONGEST = 4 * 1024 * 1024;

  private static final JsonMapper JSON = new JsonMapper();

  private final Consumer<JsonNode> listener;
  private final StringBuilder partial = new StringBuilder();
  private final CompletableFuture<GatewayException> over = new CompletableFuture<>();

  Frames(Consumer<JsonNode> listener) {
    this.listener = listener;
  }

  /** Done when no more frames will come, with why. */
  CompletableFuture<GatewayException> over() {
    return over;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    if (partial.length() + data.length() > LONGEST) {
      end(socket, "the gateway sent a frame of more than " + LONGEST + " characters");
      return null;
    }
    partial.append(data);
    if (last) {
      String frame = partial.toString();
      partial.setLength(0);
      try {
        listener.accept(JSON.readTree(frame));
      } catch (JsonProcessingException noJson) {
        // Without the parser's words: they quote the frame.
        end(socket, "the gateway sent something that is no JSON");
        return null;
      }
    }
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    over.complete(
        new GatewayException(
            "the gateway closed the connection"
                + (reason.isEmpty() ? ", code " + code : ": " + reason)));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    String name = error.getClass().getSimpleName();
    over.complete(
        new GatewayException(
            "the connection broke off ("
                + (error.getMessage() == null ? name : error.getMessage())
                + ")"));
  }

  private void end(WebSocket socket, String why) {
    over.complete(new GatewayException(why));
    socket.abort();
  }
}
