package ai.prismer.claw.openclaw.protocol;

import ai.prismer.claw.openclaw.config.Limits;
import ai.prismer.claw.openclaw.config.TokenFile;
import ai.prismer.claw.openclaw.websocket.CloseCode;
import ai.prismer.claw.openclaw.websocket.Connection;
import ai.prismer.claw.openclaw.websocket.Handler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One client that speaks OpenClaw's protocol 4. Its first request must be {@code connect} with a
 * valid token; everything else before that ends the connection.
 *
 * <p>Requests are served in order. {@code agent.wait} answers later, so the number of such waits is
 * bounded.
 */
final class OperatorClient implements Handler {
  private static final int PROTOCOL = 4;
  private static final int PENDING_LIMIT = 64;
  private static final Duration ONE_SECOND = Duration.ofSeconds(1);
  private static final Set<String> SCOPES = Set.of(ChatMethods.READ, ChatMethods.WRITE);

  private final Connection connection;
  private final Context context;
  private final boolean tokenPresented;
  private final String connectionId;
  private final AtomicInteger pending = new AtomicInteger();
  private final ReentrantLock order = new ReentrantLock();
  private Set<String> scopes = Set.of();
  private boolean connected;
  private long sequence;

  /** What all clients share. */
  record Context(
      Identity identity,
      TokenFile token,
      Limits limits,
      ChatMethods methods,
      Operators operators,
      InstantSource clock) {}

  /**
   * A client that is not connected yet.
   *
   * @param tokenPresented whether a valid token came with the upgrade already
   * @param connectionId names the connection, and is the nonce of its challenge
   */
  OperatorClient(
      Connection connection, Context context, boolean tokenPresented, String connectionId) {
    this.connection = connection;
    this.context = context;
    this.tokenPresented = tokenPresented;
    this.connectionId = connectionId;
  }

  @Override
  public void opened() {
    ObjectNode payload =
        Json.object().put("nonce", connectionId).put("ts", context.clock().millis());
    connection.send(frame("connect.challenge", payload).toString());
  }

  @Override
  public void text(String message) {
    Optional<ObjectNode> frame = Json.read(message);
    if (frame.isEmpty() || !frame.get().path("type").asText().equals("req")) {
      connection.close(CloseCode.POLICY_VIOLATION, "a request was expected");
      return;
    }
    String id = frame.get().path("id").asText();
    String method = frame.get().path("method").asText();
    if (id.isEmpty() || id.length() > 256 || method.isEmpty()) {
      connection.close(CloseCode.POLICY_VIOLATION, "a request needs an id and a method");
      return;
    }
    Params params = new Params(frame.get().path("params"));
    if (connected) {
      request(id, method, params);
    } else {
      connect(id, method, params);
    }
  }

  @Override
  public void tick() {
    if (connected) {
      event("tick", Json.object().put("ts", context.clock().millis()));
    }
  }

  @Override
  public void closed() {
    context.operators().remove(this);
  }

  /** Sends an event. Numbers and sends under one lock, so that numbers rise on the wire. */
  void event(String name, ObjectNode payload) {
    if (name.equals("chat") && !scopes.contains(ChatMethods.READ)) {
      return;
    }
    order.lock();
    try {
      connection.send(frame(name, payload).put("seq", sequence++).toString());
    } finally {
      order.unlock();
    }
  }

  private static ObjectNode frame(String event, ObjectNode payload) {
    ObjectNode frame = Json.object().put("type", "event").put("event", event);
    frame.set("payload", payload);
    return frame;
  }

  private void request(String id, String method, Params params) {
    if (pending.incrementAndGet() > PENDING_LIMIT) {
      pending.decrementAndGet();
      refuse(
          id,
          ProtocolError.unavailable(
              "too many requests wait for an answer", "TOO_MANY_REQUESTS", ONE_SECOND));
      return;
    }
    try {
      Optional<String> scope = ChatMethods.scope(method);
      if (scope.isPresent() && !scopes.contains(scope.get())) {
        throw ProtocolError.invalid("missing scope: " + scope.get());
      }
      context
          .methods()
          .call(
              method,
              params,
              payload -> {
                pending.decrementAndGet();
                respond(id, payload);
              });
    } catch (ProtocolError e) {
      pending.decrementAndGet();
      refuse(id, e);
    }
  }

  private void connect(String id, String method, Params params) {
    try {
      if (!method.equals("connect")) {
        throw ProtocolError.invalid("the first request must be connect");
      }
      authenticate(params);
      negotiate(params);
    } catch (ProtocolError e) {
      refuse(id, e);
      connection.close(CloseCode.POLICY_VIOLATION, e.text());
      return;
    }
    connected = true;
    connection.authenticated();
    respond(id, hello());
    context.operators().add(this);
  }

  private void authenticate(Params params) throws ProtocolError {
    if (tokenPresented) {
      return;
    }
    JsonNode token = params.node().path("auth").path("token");
    if (!token.isTextual()) {
      throw ProtocolError.invalid("unauthorized: token missing", "AUTH_TOKEN_MISSING");
    }
    if (!context.token().matches(token.asText())) {
      throw ProtocolError.invalid("unauthorized: token mismatch", "AUTH_TOKEN_MISMATCH");
    }
  }

  private void negotiate(Params params) throws ProtocolError {
    long minimum = params.number("minProtocol", 1, 1_000, PROTOCOL);
    long maximum = params.number("maxProtocol", 1, 1_000, PROTOCOL);
    if (minimum > PROTOCOL || maximum < PROTOCOL) {
      throw ProtocolError.invalid("protocol mismatch: only protocol 4 is spoken here");
    }
    if (!params.optional("role").orElse("operator").equals("operator")) {
      throw ProtocolError.invalid("only role operator is served here");
    }
    JsonNode asked = params.node().path("scopes");
    Set<String> granted = new TreeSet<>(SCOPES);
    if (asked.isArray()) {
      Set<String> names = new TreeSet<>();
      asked.forEach(scope -> names.add(scope.asText()));
      granted.retainAll(names);
    }
    scopes = granted;
  }

  private ObjectNode hello() {
    Limits limits = context.limits();
    ObjectNode hello = Json.object().put("type", "hello-ok").put("protocol", PROTOCOL);
    hello
        .putObject("server")
        .put("version", context.identity().version())
        .put("connId", connectionId)
        .put("bootId", context.identity().bootId());
    ObjectNode features = hello.putObject("features");
    array(features, "methods", ChatMethods.names());
    array(features, "events", List.of("chat", "tick", "shutdown"));
    hello.putObject("snapshot");
    ObjectNode auth = hello.putObject("auth").put("role", "operator");
    array(auth, "scopes", scopes);
    hello
        .putObject("policy")
        .put("maxPayload", limits.frame())
        .put("maxBufferedBytes", limits.sendBuffer())
        .put("tickIntervalMs", limits.tick().toMillis());
    return hello;
  }

  private static void array(ObjectNode parent, String name, Iterable<String> values) {
    ArrayNode array = parent.putArray(name);
    values.forEach(array::add);
  }

  private void respond(String id, ObjectNode payload) {
    ObjectNode frame = Json.object().put("type", "res").put("id", id).put("ok", true);
    frame.set("payload", payload);
    connection.send(frame.toString());
  }

  private void refuse(String id, ProtocolError error) {
    ObjectNode frame = Json.object().put("type", "res").put("id", id).put("ok", false);
    frame.set("error", error.shape());
    connection.send(frame.toString());
  }
}
