package ai.prismer.claw.testkit.discord;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** The gateway, version 10: hello, identify, heartbeats, dispatches, resume. One session. */
final class GatewayServer extends WebSocketServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DISPATCH = 0;
  private static final int HEARTBEAT = 1;
  private static final int IDENTIFY = 2;
  private static final int RESUME = 6;
  private static final int INVALID_SESSION = 9;
  private static final int HELLO = 10;
  private static final int HEARTBEAT_ACK = 11;
  private static final String SESSION = "session-1";

  private final CountDownLatch started = new CountDownLatch(1);
  private final List<ObjectNode> dispatched = new ArrayList<>();
  private @Nullable WebSocket ready;
  private int identified;
  private int resumed;
  private long intents;
  private boolean offline;
  private boolean forgetful;
  private int closeCode;

  GatewayServer() {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    setReuseAddr(true);
    setDaemon(true);
  }

  void begin() throws InterruptedException {
    start();
    started.await();
  }

  String url() {
    return "ws://127.0.0.1:" + getPort() + "/";
  }

  synchronized int identified() {
    return identified;
  }

  synchronized int resumed() {
    return resumed;
  }

  synchronized long intents() {
    return intents;
  }

  /** Whether somebody is connected and ready. */
  synchronized boolean isReady() {
    return ready != null && ready.isOpen();
  }

  /** Nobody can connect; the session is kept or forgotten meanwhile. */
  synchronized void offline(boolean away, boolean forgets) {
    offline = away;
    forgetful |= forgets;
    if (away) {
      drop();
    }
  }

  /** Who identifies is refused with this code. */
  synchronized void refuse(int code) {
    closeCode = code;
  }

  synchronized void drop() {
    if (ready != null) {
      ready.closeConnection(1006, "dropped");
      ready = null;
    }
  }

  /** Tells of an event; kept for who resumes. */
  synchronized void dispatch(String type, ObjectNode data) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("op", DISPATCH).put("t", type).put("s", dispatched.size() + 1).set("d", data);
    dispatched.add(message);
    if (ready != null && ready.isOpen()) {
      try {
        ready.send(message.toString());
      } catch (WebsocketNotConnectedException left) {
        // Between the question and the words; it asks for this when it resumes.
      }
    }
  }

  @Override
  public void onStart() {
    started.countDown();
  }

  @Override
  public synchronized void onOpen(WebSocket socket, ClientHandshake handshake) {
    if (offline) {
      socket.closeConnection(1006, "offline");
      return;
    }
    ObjectNode hello = JsonNodeFactory.instance.objectNode().put("op", HELLO);
    hello.putObject("d").put("heartbeat_interval", 41_250);
    socket.send(hello.toString());
  }

  @Override
  public synchronized void onMessage(WebSocket socket, String text) {
    try {
      JsonNode message = JSON.readTree(text);
      switch (message.path("op").asInt()) {
        case HEARTBEAT -> socket.send("{\"op\":" + HEARTBEAT_ACK + "}");
        case IDENTIFY -> identify(socket, message.path("d"));
        case RESUME -> resume(socket, message.path("d"));
        default -> {
          // Presences and the like: nothing of that is told to anybody here.
        }
      }
    } catch (JsonProcessingException noJson) {
      socket.close(4002, "decode error");
    }
  }

  private void identify(WebSocket socket, JsonNode data) {
    if (closeCode != 0 || !data.path("token").asText().equals(DiscordDouble.TOKEN)) {
      socket.close(closeCode == 0 ? 4004 : closeCode, "refused");
      return;
    }
    identified++;
    intents = data.path("intents").asLong();
    forgetful = false;
    dispatched.clear();
    ready = socket;
    ObjectNode about = JsonNodeFactory.instance.objectNode();
    about.put("v", 10).put("session_id", SESSION).put("resume_gateway_url", url());
    about.set("user", DiscordDouble.self());
    about.putArray("guilds");
    about.putArray("private_channels");
    about.putObject("application").put("id", "900000000000000001").put("flags", 0);
    dispatch("READY", about);
  }

  private void resume(WebSocket socket, JsonNode data) {
    if (forgetful || !data.path("session_id").asText().equals(SESSION)) {
      forgetful = false;
      socket.send("{\"op\":" + INVALID_SESSION + ",\"d\":false}");
      return;
    }
    resumed++;
    ready = socket;
    int seen = data.path("seq").asInt();
    for (ObjectNode missed :
        dispatched.subList(Math.min(seen, dispatched.size()), dispatched.size())) {
      socket.send(missed.toString());
    }
    dispatch("RESUMED", JsonNodeFactory.instance.objectNode());
  }

  @Override
  public void onClose(WebSocket socket, int code, String reason, boolean remote) {
    // Noticed when the next event is to be sent.
  }

  @Override
  public void onError(WebSocket socket, Exception failed) {
    // The connection is closed next.
  }
}
