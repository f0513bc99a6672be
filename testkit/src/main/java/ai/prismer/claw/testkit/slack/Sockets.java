package ai.prismer.claw.testkit.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Socket Mode: {@code hello}, envelopes with ids, {@code disconnect}. */
final class Sockets extends WebSocketServer {
  private static final ObjectMapper JSON = new ObjectMapper();

  final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> tickets = ConcurrentHashMap.newKeySet();
  private final List<WebSocket> greeted = new ArrayList<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private volatile int others;

  Sockets() {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    setReuseAddr(true);
    setDaemon(true);
  }

  void begin() throws InterruptedException {
    start();
    started.await();
  }

  /** The address of one connection. */
  String ticket() {
    String ticket = UUID.randomUUID().toString();
    tickets.add(ticket);
    return "ws://127.0.0.1:" + getPort() + "/link/?ticket=" + ticket;
  }

  void others(int connections) {
    others = connections;
  }

  synchronized int connections() {
    greeted.removeIf(socket -> !socket.isOpen());
    return greeted.size();
  }

  /** Sends an event to one of the connections; its envelope's id, or empty if there is none. */
  synchronized String event(ObjectNode event, int attempt) {
    greeted.removeIf(socket -> !socket.isOpen());
    if (greeted.isEmpty()) {
      return "";
    }
    String envelope = UUID.randomUUID().toString();
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message
        .put("envelope_id", envelope)
        .put("type", "events_api")
        .put("accepts_response_payload", false)
        .put("retry_attempt", attempt)
        .put("retry_reason", attempt == 0 ? "" : "timeout");
    message.putObject("payload").put("type", "event_callback").set("event", event);
    greeted.getLast().send(message.toString());
    return envelope;
  }

  synchronized void refresh(String reason) {
    for (WebSocket socket : greeted) {
      if (socket.isOpen()) {
        socket.send("{\"type\":\"disconnect\",\"reason\":\"" + reason + "\"}");
      }
    }
  }

  /** Without a word, as a network does it. */
  synchronized void drop() {
    greeted.forEach(socket -> socket.closeConnection(1006, "dropped"));
    greeted.clear();
  }

  @Override
  public void onStart() {
    started.countDown();
  }

  @Override
  public void onOpen(WebSocket socket, ClientHandshake handshake) {
    String path = handshake.getResourceDescriptor();
    if (!tickets.remove(path.replaceFirst(".*ticket=", ""))) {
      socket.close(1008, "no such ticket");
      return;
    }
    synchronized (this) {
      greeted.removeIf(other -> !other.isOpen());
      greeted.add(socket);
      socket.send(
          "{\"type\":\"hello\",\"num_connections\":%d,\"connection_info\":{\"app_id\":\"A1\"}}"
              .formatted(greeted.size() + others));
    }
  }

  @Override
  public void onMessage(WebSocket socket, String message) {
    try {
      acknowledged.add(JSON.readTree(message).path("envelope_id").asText());
    } catch (JsonProcessingException noJson) {
      socket.close(1003, "not JSON");
    }
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
