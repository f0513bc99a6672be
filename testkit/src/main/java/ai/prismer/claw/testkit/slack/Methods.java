package ai.prismer.claw.testkit.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The Web API: {@code POST /api/METHOD}, form-encoded, answers in JSON with {@code ok}. */
final class Methods implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Limit(AtomicInteger left, int seconds) {}

  final List<SlackDouble.Request> requests = new CopyOnWriteArrayList<>();
  final AtomicBoolean offline = new AtomicBoolean();
  private final Map<String, Limit> limits = new HashMap<>();
  private final Map<String, AtomicInteger> torn = new HashMap<>();
  private final Map<String, String> forbidden = new HashMap<>();
  final AtomicReference<String> last = new AtomicReference<>("");
  private final AtomicBoolean revoked = new AtomicBoolean();
  private final Workspace workspace;
  private final Supplier<String> ticket;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param ticket makes the address of the next connection
   */
  Methods(Workspace workspace, Supplier<String> ticket) throws IOException {
    this.workspace = workspace;
    this.ticket = ticket;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/api/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  synchronized void limit(String method, int times, int seconds) {
    limits.put(method, new Limit(new AtomicInteger(times), seconds));
  }

  synchronized void tear(String method, int times) {
    torn.put(method, new AtomicInteger(times));
  }

  synchronized void forbid(String method, String error) {
    forbidden.put(method, error);
  }

  private synchronized String forbidden(String method) {
    return forbidden.getOrDefault(method, "");
  }

  void revoke() {
    revoked.set(true);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestURI().getPath().substring("/api/".length());
      Map<String, String> form =
          form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      if (offline.get()) {
        return;
      }
      String token =
          String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
              .replaceFirst("^Bearer ", "");
      int wait = limited(method);
      requests.add(new SlackDouble.Request(method, form, wait > 0));
      if (wait > 0) {
        exchange.getResponseHeaders().set("Retry-After", Integer.toString(wait));
        write(exchange, 429, refused("ratelimited"));
        return;
      }
      ObjectNode answer = answer(method, form, token);
      if (method.equals(last.get())) {
        last.set("");
        offline.set(true);
      } else if (!isTorn(method)) {
        write(exchange, 200, answer);
      }
    }
  }

  private synchronized int limited(String method) {
    Limit limit = limits.get(method);
    return limit != null && limit.left.getAndDecrement() > 0 ? limit.seconds : 0;
  }

  private synchronized boolean isTorn(String method) {
    AtomicInteger left = torn.get(method);
    return left != null && left.getAndDecrement() > 0;
  }

  private ObjectNode answer(String method, Map<String, String> form, String token)
      throws JsonProcessingException {
    String wanted =
        method.equals("apps.connections.open") ? SlackDouble.APP_TOKEN : SlackDouble.BOT_TOKEN;
    if (revoked.get() || !token.equals(wanted)) {
      return refused("invalid_auth");
    }
    if (!forbidden(method).isEmpty()) {
      return refused(forbidden(method));
    }
    String channel = form.getOrDefault("channel", "");
    return switch (method) {
      case "auth.test" -> ok().put("user_id", SlackDouble.SELF).put("bot_id", SlackDouble.BOT);
      case "apps.connections.open" -> ok().put("url", ticket.get());
      case "chat.postMessage" -> post(channel, form);
      case "chat.update" -> update(channel, form);
      case "conversations.history" ->
          messages(workspace.history(channel, form.getOrDefault("oldest", "")));
      case "conversations.replies" ->
          messages(
              workspace.replies(
                  channel, form.getOrDefault("ts", ""), form.getOrDefault("oldest", "")));
      case "conversations.list" -> {
        ObjectNode answer = ok();
        answer.withArray("channels").addObject().put("id", SlackDouble.DIRECT).put("is_im", true);
        yield answer;
      }
      default -> refused("unknown_method");
    };
  }

  private ObjectNode post(String channel, Map<String, String> form) throws JsonProcessingException {
    ObjectNode said =
        workspace.say(channel, null, form.getOrDefault("text", ""), form.get("thread_ts"));
    if (form.containsKey("metadata")) {
      said.set("metadata", JSON.readTree(form.get("metadata")));
    }
    return ok().put("channel", channel).put("ts", said.path("ts").asText());
  }

  private ObjectNode update(String channel, Map<String, String> form) {
    ObjectNode said = workspace.find(channel, form.getOrDefault("ts", ""));
    if (said == null) {
      return refused("message_not_found");
    }
    said.put("text", form.getOrDefault("text", ""));
    return ok().put("channel", channel).put("ts", said.path("ts").asText());
  }

  private static ObjectNode messages(List<ObjectNode> found) {
    ObjectNode answer = ok().put("has_more", false);
    found.forEach(answer.putArray("messages")::add);
    return answer;
  }

  private static ObjectNode ok() {
    return JsonNodeFactory.instance.objectNode().put("ok", true);
  }

  private static ObjectNode refused(String error) {
    return JsonNodeFactory.instance.objectNode().put("ok", false).put("error", error);
  }

  private static void write(HttpExchange exchange, int status, ObjectNode answer)
      throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return form;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
