package ai.prismer.claw.openclaw.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /health}, {@code /ready} and {@code /metrics}, without a token: nothing here is secret,
 * and the kubelet has none. Everything else is 404.
 */
public final class HealthServer implements AutoCloseable {
  private final HttpServer server;
  private final Metrics metrics;
  private final Supplier<Optional<String>> unhealthy;
  private final Supplier<Optional<String>> unready;

  /**
   * Binds and starts to serve.
   *
   * @param unhealthy why the process should be restarted, or nothing
   * @param unready why nobody should be sent here, or nothing
   * @throws IOException when the address cannot be bound
   */
  public HealthServer(
      InetSocketAddress address,
      Metrics metrics,
      Supplier<Optional<String>> unhealthy,
      Supplier<Optional<String>> unready)
      throws IOException {
    this.metrics = metrics;
    this.unhealthy = unhealthy;
    this.unready = unready;
    try {
      this.server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
    // One thread a request: the server's own would let one slow client hold up the kubelet.
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** The address listened on. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        json(exchange, 405, "error", "only GET is allowed here");
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/health" -> probe(exchange, unhealthy.get());
        case "/ready" -> probe(exchange, unready.get());
        case "/metrics" -> metrics(exchange);
        default -> json(exchange, 404, "error", "no such path");
      }
    }
  }

  private static void probe(HttpExchange exchange, Optional<String> problem) throws IOException {
    json(exchange, problem.isPresent() ? 503 : 200, "status", problem.orElse("ok"));
  }

  private void metrics(HttpExchange exchange) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    metrics.write(body);
    send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", body.toByteArray());
  }

  private static void json(HttpExchange exchange, int status, String key, String value)
      throws IOException {
    String body = JsonNodeFactory.instance.objectNode().put(key, value) + "\n";
    send(exchange, status, "application/json", body.getBytes(UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
