package ai.prismer.claw.channel.vendor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}, for the kubelet and Prometheus. */
final class ProbeServer implements AutoCloseable {
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final Supplier<@Nullable String> unready;
  private final Counters counters;

  /**
   * @param port 0 for any
   * @param unready why the sidecar is not ready, or null
   */
  ProbeServer(int port, Supplier<@Nullable String> unready, Counters counters) throws IOException {
    this.unready = unready;
    this.counters = counters;
    this.server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
    server.createContext("/", this::handle);
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/healthz" -> answer(exchange, 200, "ok\n");
        case "/readyz" -> {
          String reason = unready.get();
          answer(exchange, reason == null ? 200 : 503, (reason == null ? "ok" : reason) + "\n");
        }
        case "/metrics" -> answer(exchange, 200, counters.text());
        default -> answer(exchange, 404, "nothing is here\n");
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
