package ai.prismer.claw.testkit.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a program and the real API server and, where it is told to, answers instead of it,
 * breaks connections, or cuts watches. Everything else passes unchanged, so that a test sees what
 * the real server makes of what gets through.
 *
 * <p>It listens on this machine only, without TLS, and passes the caller's token on.
 */
public final class FaultProxy implements AutoCloseable {

  private static final Set<String> NOT_PASSED_ON =
      Set.of("host", "connection", "content-length", "upgrade", "http2-settings", "expect");
  private static final int BAD_GATEWAY = 502;
  private static final int GONE = 410;

  private final Config upstream;
  private final HttpServer server;
  private final HttpClient client;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final AtomicInteger happened = new AtomicInteger();
  private final Set<Stream> watches = ConcurrentHashMap.newKeySet();

  /** What happens instead of the server's answer. */
  public sealed interface Fault {

    /**
     * The server's kind of refusal.
     *
     * @param code HTTP status
     * @param reason reason of the Status object, such as {@code Conflict}
     * @param retryAfterSeconds header Retry-After; null for none
     */
    record Refusal(int code, String reason, @Nullable Integer retryAfterSeconds) implements Fault {}

    /** The connection breaks before the server sees the request. */
    record Lost() implements Fault {}

    /** The server does what was asked; the connection breaks before the caller hears of it. */
    record Unheard() implements Fault {}
  }

  private record Rule(BiPredicate<String, String> which, AtomicInteger left, Fault fault) {}

  /** One watch that passes through. */
  private record Stream(OutputStream toCaller, InputStream fromServer) {}

  private FaultProxy(Config upstream, HttpServer server, HttpClient client) {
    this.upstream = upstream;
    this.server = server;
    this.client = client;
  }

  /** Starts before the server that this configuration reaches; its token is used by callers. */
  public static FaultProxy before(Config upstream) {
    try {
      SSLContext tls = SSLUtils.sslContext(upstream);
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      HttpClient client =
          HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
      FaultProxy proxy = new FaultProxy(upstream, server, client);
      server.setExecutor(proxy.threads);
      server.createContext("/", proxy::handle);
      server.start();
      return proxy;
    } catch (IOException | GeneralSecurityException failed) {
      throw new IllegalStateException("cannot start the proxy", failed);
    }
  }

  /** How to reach the server through this proxy, as the same account. */
  public Config config() {
    Config through =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/")
            .withOauthToken(upstream.getOauthToken())
            .build();
    // A WebSocket would have to be understood to be cut.
    through.setOnlyHttpWatches(true);
    return through;
  }

  /**
   * Answers the next requests of a kind with a fault; later rules come after earlier ones.
   *
   * @param times how many requests
   * @param which told method and path with query
   */
  public void fail(int times, BiPredicate<String, String> which, Fault fault) {
    rules.add(new Rule(which, new AtomicInteger(times), fault));
  }

  /** Ends all faults. */
  public void mend() {
    rules.clear();
  }

  /** How many faults have happened: a test that waited for one in vain has proved nothing. */
  public int happened() {
    return happened.get();
  }

  /** Breaks every watch that is open now. */
  public void cutWatches() {
    endWatches("");
  }

  /** Tells every watch that is open now that its version is too old, and ends it. */
  public void expireWatches() {
    endWatches(
        "{\"type\":\"ERROR\",\"object\":"
            + status(GONE, "Expired", "too old resource version")
            + "}\n");
  }

  private void endWatches(String lastWords) {
    Iterator<Stream> open = watches.iterator();
    while (open.hasNext()) {
      Stream watch = open.next();
      open.remove();
      try {
        synchronized (watch.toCaller()) {
          watch.toCaller().write(lastWords.getBytes(StandardCharsets.UTF_8));
          watch.toCaller().flush();
        }
        watch.fromServer().close();
      } catch (IOException alreadyGone) {
        // That is what was wanted.
      }
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestURI().toString();
    Fault fault = fault(exchange.getRequestMethod(), target);
    byte[] body = exchange.getRequestBody().readAllBytes();
    switch (fault) {
      case null -> pass(exchange, target, body, true);
      case Fault.Refusal refusal -> refuse(exchange, refusal);
      case Fault.Lost lost -> exchange.close();
      case Fault.Unheard unheard -> {
        pass(exchange, target, body, false);
        exchange.close();
      }
    }
  }

  private @Nullable Fault fault(String method, String target) {
    for (Rule rule : rules) {
      if (rule.which().test(method, target) && rule.left().getAndDecrement() > 0) {
        happened.incrementAndGet();
        return rule.fault();
      }
    }
    return null;
  }

  private static void refuse(HttpExchange exchange, Fault.Refusal refusal) throws IOException {
    try (exchange) {
      if (refusal.retryAfterSeconds() != null) {
        exchange
            .getResponseHeaders()
            .set("Retry-After", String.valueOf(refusal.retryAfterSeconds()));
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      byte[] answer =
          status(refusal.code(), refusal.reason(), "told so by the test")
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(refusal.code(), answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static String status(int code, String reason, String message) {
    return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":"
        + code
        + ",\"reason\":\""
        + reason
        + "\",\"message\":\""
        + message
        + "\"}";
  }

  private void pass(HttpExchange exchange, String target, byte[] body, boolean heard)
      throws IOException {
    String base = upstream.getMasterUrl();
    URI uri = URI.create(base.substring(0, base.length() - 1) + target);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    HttpResponse<InputStream> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException unreachable) {
      exchange.sendResponseHeaders(BAD_GATEWAY, -1);
      exchange.close();
      return;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      exchange.close();
      return;
    }
    if (heard) {
      answer(exchange, target, response);
    } else {
      response.body().readAllBytes();
    }
  }

  private void answer(HttpExchange exchange, String target, HttpResponse<InputStream> response)
      throws IOException {
    response
        .headers()
        .firstValue("Content-Type")
        .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
    try (InputStream fromServer = response.body()) {
      exchange.sendResponseHeaders(response.statusCode(), 0);
      OutputStream toCaller = exchange.getResponseBody();
      Stream stream = new Stream(toCaller, fromServer);
      if (target.contains("watch=")) {
        watches.add(stream);
      }
      copy(stream);
      watches.remove(stream);
    } finally {
      exchange.close();
    }
  }

  private static void copy(Stream stream) {
    byte[] buffer = new byte[16 * 1024];
    try {
      int read = stream.fromServer().read(buffer);
      while (read >= 0) {
        synchronized (stream.toCaller()) {
          stream.toCaller().write(buffer, 0, read);
          stream.toCaller().flush();
        }
        read = stream.fromServer().read(buffer);
      }
    } catch (IOException cut) {
      // One side went away; so does the other.
    }
  }

  @Override
  public void close() {
    cutWatches();
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }

  @Override
  public String toString() {
    return "fault proxy before " + upstream.getMasterUrl();
  }
}
