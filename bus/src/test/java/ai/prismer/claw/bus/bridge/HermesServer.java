package ai.prismer.claw.bus.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The runs of an API server like Hermes Agent's: a run is made by one request, heard of by another
 * that is served once, asked for by a third, stopped by a fourth. With durable keys a run is found
 * again after a restart, and says that it was interrupted.
 */
final class HermesServer implements StandIn {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String END = "";

  /** Whether this version keeps keys on its disk; if not it keeps none and says nothing of them. */
  volatile boolean durable = true;

  /** How many event streams break after their first event. */
  final AtomicInteger cuts = new AtomicInteger();

  /** Bodies of {@code POST runs}. */
  final List<JsonNode> posted = new CopyOnWriteArrayList<>();

  private final ScriptedAgent agent;
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger strangers = new AtomicInteger();

  /** Runs by name and names by key: the disk. */
  private final Map<String, Run> runs = new ConcurrentHashMap<>();

  private final Map<String, String> keys = new ConcurrentHashMap<>();
  private int port;
  private @Nullable HttpServer server;

  HermesServer(ScriptedAgent agent) {
    this.agent = agent;
  }

  private static final class Run {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    volatile boolean listened;
    volatile String status = "running";
    volatile String output = "";
    volatile String error = "";
    volatile CompletableFuture<String> approval = new CompletableFuture<>();
    volatile @Nullable Thread thread;
  }

  @Override
  public Bridge bridge(Token token) {
    return new HermesRunsBridge(
        URI.create("http://127.0.0.1:" + port + "/v1/"), token, new Random(1));
  }

  @Override
  public void start() throws IOException {
    HttpServer opened =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    port = opened.getAddress().getPort();
    opened.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    opened.createContext("/v1/", this::serve);
    opened.start();
    server = opened;
  }

  /** Nobody has a connection that stands: the probe makes one every few seconds. */
  @Override
  public void deafen() {
    kill();
  }

  @Override
  public void kill() {
    HttpServer open = server;
    if (open != null) {
      open.stop(0);
    }
    for (Run run : runs.values()) {
      Thread thread = run.thread;
      if (thread != null) {
        run.status = "interrupted";
        run.error = "The gateway restarted before this run settled.";
        thread.interrupt();
      }
    }
    if (!durable) {
      runs.clear();
    }
  }

  @Override
  public void refuse(int times) {
    refusals.set(times);
  }

  @Override
  public int strangers() {
    return strangers.get();
  }

  @Override
  public void close() {
    kill();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String token = exchange.getRequestHeaders().getFirst("Authorization");
      if (!"Bearer right".equals(token)) {
        strangers.incrementAndGet();
        say(exchange, 401, "{}");
        return;
      }
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (path[2].equals("capabilities")) {
        say(exchange, 200, capabilities());
      } else if (path.length == 3) {
        create(exchange, JSON.readTree(body));
      } else {
        of(exchange, path, body);
      }
    } catch (InterruptedException killed) {
      // Then nobody is told.
    }
  }

  private String capabilities() {
    return durable
        ? "{\"features\":{\"run_submission\":true,\"runs_idempotency\":{\"supported\":true,\"durable\":true,\"retention_seconds\":86400}}}"
        : "{\"features\":{\"run_submission\":true}}";
  }

  private static void say(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private synchronized void create(HttpExchange exchange, JsonNode body) throws IOException {
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      say(exchange, 429, "{\"error\":{\"code\":\"rate_limit_exceeded\"}}");
      return;
    }
    posted.add(body);
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    String known = durable ? keys.get(key) : null;
    String name = known == null ? "run_" + (runs.size() + 1) : known;
    if (known == null) {
      keys.put(key, name);
      Run run = new Run();
      runs.put(name, run);
      run.thread = Thread.ofVirtual().start(() -> work(run, body));
    }
    say(
        exchange,
        202,
        "{\"run_id\":\"%s\",\"status\":\"started\",\"replayed\":%s}"
            .formatted(name, known != null));
  }

  private void work(Run run, JsonNode body) {
    ScriptedAgent.Voice voice =
        new ScriptedAgent.Voice() {
          @Override
          public void say(String piece) {
            run.events.add("{\"event\":\"message.delta\",\"delta\":\"" + piece + "\"}");
          }

          @Override
          public void tool(String name) {
            run.events.add(
                "{\"event\":\"tool.started\",\"tool\":\"" + name + "\",\"preview\":\"p\"}");
            run.events.add("{\"event\":\"tool.completed\",\"tool\":\"" + name + "\"}");
          }

          @Override
          public boolean mayI(String what) throws Exception {
            run.approval = new CompletableFuture<>();
            run.status = "waiting_for_approval";
            run.events.add("{\"event\":\"approval.request\",\"request_id\":\"" + what + "\"}");
            String said = run.approval.get(20, TimeUnit.SECONDS);
            run.status = "running";
            return !said.equals("deny " + what);
          }
        };
    try {
      run.output = agent.run(body.path("session_id").asText(), body.path("input").asText(), voice);
      end(run, "completed");
    } catch (InterruptedException stopped) {
      if (!run.status.equals("interrupted")) {
        end(run, "cancelled");
      }
    } catch (Exception failed) {
      run.error = String.valueOf(failed.getMessage());
      end(run, "failed");
    }
  }

  private static void end(Run run, String status) {
    run.thread = null;
    run.status = status;
    run.events.add(about(run).put("event", "run." + status).toString());
    run.events.add(END);
  }

  private static ObjectNode about(Run run) {
    ObjectNode json = JSON.createObjectNode().put("object", "hermes.run").put("status", run.status);
    if (!run.output.isEmpty()) {
      json.put("output", run.output);
    }
    return run.error.isEmpty() ? json : json.put("error", run.error);
  }

  /** Anything below a run's name. */
  private void of(HttpExchange exchange, String[] path, byte[] body)
      throws IOException, InterruptedException {
    Run run = runs.get(path[3]);
    String what = path.length > 4 ? path[4] : "";
    boolean unheard = run != null && !run.status.equals("interrupted") && !run.listened;
    if (run == null || (what.equals("events") && !unheard)) {
      say(exchange, 404, "{\"error\":{\"code\":\"run_not_found\"}}");
      return;
    }
    switch (what) {
      case "events" -> events(exchange, run);
      case "stop" -> {
        Thread thread = run.thread;
        if (thread != null) {
          thread.interrupt();
        }
        say(exchange, 200, "{\"status\":\"stopping\"}");
      }
      case "approval" -> {
        JsonNode choice = JSON.readTree(body);
        run.approval.complete(
            choice.path("choice").asText() + " " + choice.path("request_id").asText());
        say(exchange, 200, "{\"resolved\":1}");
      }
      default -> say(exchange, 200, about(run).toString());
    }
  }

  private void events(HttpExchange exchange, Run run) throws IOException, InterruptedException {
    run.listened = true;
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String event = run.events.take();
    while (!event.equals(END)) {
      out.write(("data: " + event + "\n\n: keepalive\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return;
      }
      event = run.events.take();
    }
  }
}
