package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets to one address. */
final class WebSocketDialer {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final URI address;
  private final Token token;
  private final HttpClient http;
  private volatile @Nullable WebSocketLink current;

  WebSocketDialer(URI address, Token token) {
    this.address = address;
    this.token = token;
    this.http = RuntimeClient.to(address).connectTimeout(LIMIT).build();
  }

  /**
   * Connects; what arrives is handed to {@code text}.
   *
   * @throws ConnectException when the runtime takes no connection
   * @throws IOException when it took one and refused
   */
  WebSocketLink dial(WebSocketLink.Text text) throws IOException, InterruptedException {
    WebSocketLink link = new WebSocketLink(text);
    current = link;
    return open(address, link);
  }

  /** The same, to another address; who called closes it. */
  WebSocketLink dial(URI at, WebSocketLink.Text text) throws IOException, InterruptedException {
    return open(at, new WebSocketLink(text));
  }

  private WebSocketLink open(URI at, WebSocketLink link) throws IOException, InterruptedException {
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(LIMIT);
    String secret = token.read();
    if (!secret.isEmpty()) {
      builder.header("Authorization", "Bearer " + secret);
    }
    CompletableFuture<WebSocket> opening = builder.buildAsync(at, link);
    boolean opened = false;
    try {
      link.opened(opening.get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS));
      opened = true;
      return link;
    } catch (ExecutionException refused) {
      Throwable cause = refused.getCause();
      throw NoConnection.isCause(cause)
          ? new ConnectException(reason(cause))
          : new IOException(reason(cause), refused);
    } catch (TimeoutException silent) {
      throw new IOException("no answer from " + address, silent);
    } finally {
      if (!opened) {
        // One that opens when nobody waits for it any more would stay open for ever.
        var _ = opening.thenAccept(WebSocket::abort);
      }
    }
  }

  private String reason(@Nullable Throwable cause) {
    if (cause instanceof WebSocketHandshakeException handshake) {
      return address + " answers " + handshake.getResponse().statusCode() + ", not a WebSocket";
    }
    return address + ": " + (cause == null ? "failed" : cause.getClass().getSimpleName());
  }

  /** Ends the open connection. */
  void close() {
    WebSocketLink open = current;
    if (open != null) {
      open.close();
    }
  }
}
