package ai.prismer.claw.testkit.discord;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The REST interface, version 10: the bot's user, and messages of channels. */
final class RestInterface implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern MESSAGES =
      Pattern.compile("/api/v10/channels/(\\d+)/messages(?:/(\\d+))?");

  final List<DiscordDouble.Request> requests = new CopyOnWriteArrayList<>();
  final AtomicBoolean offline = new AtomicBoolean();
  final AtomicBoolean revoked = new AtomicBoolean();
  final AtomicBoolean offlineAfterCreate = new AtomicBoolean();
  final AtomicBoolean forbidden = new AtomicBoolean();
  final AtomicInteger limited = new AtomicInteger();
  private final Rooms rooms;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  RestInterface(Rooms rooms) throws IOException {
    this.rooms = rooms;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      if (offline.get()) {
        return;
      }
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getPath();
      String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      boolean create = method.equals("POST");
      boolean limit = create && limited.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
      requests.add(new DiscordDouble.Request(method, path, body.toString(), limit));
      if (revoked.get() || !token.equals("Bot " + DiscordDouble.TOKEN)) {
        write(exchange, 401, error(0, "401: Unauthorized"));
      } else if (limit) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        exchange.getResponseHeaders().set("X-RateLimit-Scope", "user");
        ObjectNode answer = error(0, "You are being rate limited.");
        write(exchange, 429, answer.put("retry_after", 0.5).put("global", false));
      } else {
        answer(exchange, method, path, body);
      }
    }
  }

  private void answer(HttpExchange exchange, String method, String path, JsonNode body)
      throws IOException {
    Matcher messages = MESSAGES.matcher(path);
    if (path.equals("/api/v10/users/@me")) {
      write(exchange, 200, DiscordDouble.self());
    } else if (!messages.matches()) {
      write(exchange, 404, error(0, "404: Not Found"));
    } else if (method.equals("GET")) {
      write(exchange, 200, history(messages.group(1), exchange.getRequestURI().getQuery()));
    } else if (forbidden.get()) {
      write(exchange, 403, error(50_013, "Missing Permissions"));
    } else if (method.equals("POST")) {
      ObjectNode created = create(messages.group(1), body);
      if (offlineAfterCreate.getAndSet(false)) {
        offline.set(true);
      } else {
        write(exchange, 200, created);
      }
    } else {
      ObjectNode changed = rooms.find(messages.group(2));
      if (changed == null) {
        write(exchange, 404, error(10_008, "Unknown Message"));
      } else {
        write(exchange, 200, changed.put("content", body.path("content").asText()));
      }
    }
  }

  private ArrayNode history(String channel, String query) {
    Matcher after = Pattern.compile("after=(\\d+)").matcher(query);
    Matcher limit = Pattern.compile("limit=(\\d+)").matcher(query);
    ArrayNode answer = JsonNodeFactory.instance.arrayNode();
    rooms
        .after(
            channel,
            after.find() ? Long.parseLong(after.group(1)) : 0,
            limit.find() ? Integer.parseInt(limit.group(1)) : 50)
        .forEach(answer::add);
    return answer;
  }

  private ObjectNode create(String channel, JsonNode body) {
    String nonce = body.path("nonce").asText();
    ObjectNode known = body.path("enforce_nonce").asBoolean() ? rooms.withNonce(nonce) : null;
    if (known != null) {
      return known;
    }
    ObjectNode created = rooms.say(channel, DiscordDouble.self(), body.path("content").asText());
    created.put("nonce", nonce);
    if (body.has("message_reference")) {
      created.set("message_reference", body.get("message_reference"));
    }
    return created;
  }

  private static ObjectNode error(int code, String message) {
    return JsonNodeFactory.instance.objectNode().put("message", message).put("code", code);
  }

  private static void write(HttpExchange exchange, int status, JsonNode answer) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-RateLimit-Limit", "50");
    exchange.getResponseHeaders().set("X-RateLimit-Remaining", status == 429 ? "0" : "49");
    exchange.getResponseHeaders().set("X-RateLimit-Reset-After", "0.5");
    exchange.getResponseHeaders().set("X-RateLimit-Bucket", "messages");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
