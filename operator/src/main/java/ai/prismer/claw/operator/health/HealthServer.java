package ai.prismer.claw.operator.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves {@code /healthz}, {@code /readyz} and {@code /metrics}. A check answers 200 and {@code
 * ok}, or 503 and the complaint.
 */
public final class HealthServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts to serve.
   *
   * @param port port on all addresses, 0 for any free one
   * @param alive complaint of the liveness check, empty when all is well
   * @param ready complaint of the readiness check, empty when all is well
   * @throws IOException when the port is taken
   */
  public static HealthServer start(
      int port,
      Supplier<Optional<String>> alive,
      Supplier<Optional<String>> ready,
      PrometheusRegistry registry)
      throws IOException {
    HealthServer health = new HealthServer(HttpServer.create(new InetSocketAddress(port), 0));
    health.server.setExecutor(health.threads);
    health.server.createContext("/healthz", exchange -> check(exchange, "/healthz", alive));
    health.server.createContext("/readyz", exchange -> check(exchange, "/readyz", ready));
    health.server.createContext("/metrics", exchange -> metrics(exchange, registry));
    health.server.start();
    return health;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private static void check(
      HttpExchange exchange, String path, Supplier<Optional<String>> complaint) throws IOException {
    if (!accepted(exchange, path)) {
      return;
    }
    Optional<String> found = complaint.get();
    answer(
        exchange,
        found.isEmpty() ? OK : UNAVAILABLE,
        TEXT,
        (found.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void metrics(HttpExchange exchange, PrometheusRegistry registry)
      throws IOException {
    if (!accepted(exchange, "/metrics")) {
      return;
    }
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writer.write(body, registry.scrape());
    answer(exchange, OK, writer.getContentType(), body.toByteArray());
  }

  private static boolean accepted(HttpExchange exchange, String path) throws IOException {
    if (!exchange.getRequestURI().getPath().equals(path)) {
      answer(exchange, NOT_FOUND, TEXT, new byte[0]);
      return false;
    }
    if (!exchange.getRequestMethod().equals("GET")) {
      answer(exchange, METHOD_NOT_ALLOWED, TEXT, new byte[0]);
      return false;
    }
    return true;
  }

  private static void answer(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
