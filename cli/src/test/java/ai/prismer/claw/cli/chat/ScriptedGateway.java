package ai.prismer.claw.cli.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Who listens in the pod when it is not our gateway: it says what a test wants. */
final class ScriptedGateway extends WebSocketServer {
  private static final JsonMapper JSON = new JsonMapper();

  /** What it does with a request. */
  interface Script {
    /**
     * A request has come.
     *
     * @param socket where to answer
     * @param request the frame
     */
    void request(WebSocket socket, JsonNode request);
  }

  private final CountDownLatch started = new CountDownLatch(1);
  private final List<String> methods = new CopyOnWriteArrayList<>();
  private final String greeting;
  private final Script script;

  /**
   * Not started.
   *
   * @param greeting what it says first; empty for nothing
   */
  private ScriptedGateway(String greeting, Script script) {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    this.greeting = greeting;
    this.script = script;
    setReuseAddr(true);
    setDaemon(true);
  }

  static ScriptedGateway start(String greeting, Script script) throws InterruptedException {
    ScriptedGateway gateway = new ScriptedGateway(greeting, script);
    gateway.start();
    gateway.started.await();
    return gateway;
  }

  /** One that challenges and takes any token; the script serves the other requests. */
  static ScriptedGateway welcoming(Script script) throws InterruptedException {
    return start(
        challenge(),
        (socket, request) -> {
          if (request.path("method").asText().equals("connect")) {
            socket.send(ok(request));
          } else {
            script.request(socket, request);
          }
        });
  }

  static String challenge() {
    return "{\"type\":\"event\",\"event\":\"connect.challenge\",\"payload\":{\"nonce\":\"n\"}}";
  }

  static String ok(JsonNode request) {
    return response(request).put("ok", true).toString();
  }

  static String refused(JsonNode request, String message) {
    ObjectNode response = response(request).put("ok", false);
    response.putObject("error").put("code", "INVALID_REQUEST").put("message", message);
    return response.toString();
  }

  private static ObjectNode response(JsonNode request) {
    return JSON.createObjectNode().put("type", "res").put("id", request.path("id").asText());
  }

  /** A {@code chat} event of the run. */
  static String chat(String run, String state, String field, String text) {
    ObjectNode frame = JSON.createObjectNode().put("type", "event").put("event", "chat");
    frame.putObject("payload").put("runId", run).put("state", state).put(field, text);
    return frame.toString();
  }

  /** The end of a run, with its whole text. */
  static String end(String run, String text) {
    ObjectNode frame = JSON.createObjectNode().put("type", "event").put("event", "chat");
    frame
        .putObject("payload")
        .put("runId", run)
        .put("state", "final")
        .putObject("message")
        .put("content", text);
    return frame.toString();
  }

  URI url() {
    return URI.create("ws://127.0.0.1:" + getPort() + "/");
  }

  /** The methods that were called so far. */
  List<String> methods() {
    return List.copyOf(methods);
  }

  @Override
  public void onStart() {
    started.countDown();
  }

  @Override
  public void onOpen(WebSocket socket, ClientHandshake handshake) {
    if (!greeting.isEmpty()) {
      socket.send(greeting);
    }
  }

  @Override
  public void onMessage(WebSocket socket, String message) {
    try {
      JsonNode request = JSON.readTree(message);
      methods.add(request.path("method").asText());
      script.request(socket, request);
    } catch (JsonProcessingException noRequest) {
      throw new IllegalStateException(noRequest);
    }
  }

  @Override
  public void onClose(WebSocket socket, int code, String reason, boolean remote) {}

  @Override
  public void onError(WebSocket socket, Exception error) {
    // Somebody who hangs up before the end is part of what is tested.
  }
}
