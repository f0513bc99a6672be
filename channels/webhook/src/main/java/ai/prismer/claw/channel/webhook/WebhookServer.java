package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.BusClient;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The HTTP side: {@code POST path}, {@code GET path/id}, and for the kubelet and Prometheus {@code
 * /healthz}, {@code /readyz}, {@code /metrics}. One virtual thread a request; so many at a time.
 */
final class WebhookServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WebhookServer.class.getName());

  /** Requests at a time, of which most wait for an answer. */
  private static final int MOST_REQUESTS = 128;

  private static final int BACKLOG = 64;

  private final Settings settings;
  private final BusClient bus;
  private final QuestionHandler questions;
  private final Answers answers;
  private final Gatekeeper gatekeeper;
  private final Replies replies;
  private final Metrics metrics;
  private final Semaphore places = new Semaphore(MOST_REQUESTS);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile boolean draining;

  WebhookServer(
      Settings settings,
      BusClient bus,
      QuestionHandler questions,
      Answers answers,
      Gatekeeper gatekeeper,
      Metrics metrics)
      throws IOException {
    this.settings = settings;
    this.bus = bus;
    this.questions = questions;
    this.answers = answers;
    this.gatekeeper = gatekeeper;
    this.metrics = metrics;
    this.replies = new Replies(metrics);
    this.server = HttpServer.create(new InetSocketAddress(settings.port()), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Takes no more questions; answers can be fetched until the end. */
  void drain() {
    draining = true;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/healthz" -> replies.text(exchange, 200, "ok\n");
        case "/readyz" -> ready(exchange);
        case "/metrics" -> replies.text(exchange, 200, metrics.text(bus, answers.held()));
        default -> bounded(exchange);
      }
    } catch (IOException gone) {
      // The caller left; what was due to him was put elsewhere.
      LOG.log(System.Logger.Level.DEBUG, "a request", gone);
      throw gone;
    } catch (RuntimeException failed) {
      LOG.log(System.Logger.Level.ERROR, "a request", failed);
      throw failed;
    }
  }

  private void ready(HttpExchange exchange) throws IOException {
    if (draining) {
      replies.text(exchange, 503, "draining\n");
    } else if (!bus.isConnected()) {
      replies.text(exchange, 503, "no bus\n");
    } else {
      replies.text(exchange, 200, "ok\n");
    }
  }

  private void bounded(HttpExchange exchange) throws IOException {
    if (!places.tryAcquire()) {
      replies.later(exchange, 503, "busy", "too many requests", Duration.ofSeconds(1));
      return;
    }
    try {
      route(exchange);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private void route(HttpExchange exchange) throws IOException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    if (path.equals(settings.path())) {
      if (!method.equals("POST") || !settings.takesIn()) {
        exchange.getResponseHeaders().set("Allow", settings.takesIn() ? "POST" : "");
        replies.refuse(exchange, 405, "method", "questions are POSTed, if the channel takes any");
      } else if (draining) {
        exchange.getResponseHeaders().set("Connection", "close");
        replies.later(exchange, 503, "draining", "the channel ends", Duration.ofSeconds(5));
      } else {
        questions.handle(exchange);
      }
    } else if (path.startsWith(settings.path() + "/") && settings.givesOut()) {
      if (method.equals("GET")) {
        fetch(exchange, path, path.substring(settings.path().length() + 1));
      } else {
        exchange.getResponseHeaders().set("Allow", "GET");
        replies.refuse(exchange, 405, "method", "answers are fetched with GET");
      }
    } else {
      replies.refuse(exchange, 404, "not_found", "nothing is here");
    }
  }

  private void fetch(HttpExchange exchange, String path, String id) throws IOException {
    Gatekeeper.Refusal wrong = gatekeeper.checkPath(exchange.getRequestHeaders(), path);
    if (wrong != null) {
      replies.refuse(exchange, wrong.status(), wrong.code(), wrong.text());
      return;
    }
    Answers.Held held = answers.find(id);
    if (held == null) {
      replies.json(exchange, 404, Replies.object().put("id", id).put("status", "no_answer_yet"));
      return;
    }
    replies.json(exchange, 200, Replies.answer(held.message()));
    answers.given(held, Metrics.Answer.POLLED);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
