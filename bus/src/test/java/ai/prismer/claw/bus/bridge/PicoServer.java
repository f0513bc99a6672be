package ai.prismer.claw.bus.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Pico socket like PicoClaw's: what is said in a session goes to whatever socket of it is open,
 * and is gone if there is none; a turn does not end with its socket, but with {@code /stop}.
 */
final class PicoServer extends SocketStandIn {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Set<WebSocketRuntime.Peer>> sessions = new ConcurrentHashMap<>();
  private final Map<String, Thread> busy = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();

  PicoServer(ScriptedAgent agent) {
    super(agent);
  }

  @Override
  public Bridge bridge(Token token) {
    return new PicoBridge(address("/pico/ws"), token, new Random(1));
  }

  @Override
  int verdict(String session) {
    return refuses() ? 503 : 101;
  }

  @Override
  void serve(WebSocketRuntime.Peer peer, String session) throws Exception {
    Set<WebSocketRuntime.Peer> open =
        sessions.computeIfAbsent(session, _ -> ConcurrentHashMap.newKeySet());
    open.add(peer);
    try {
      String text = peer.take();
      while (text != null) {
        JsonNode asked = JSON.readTree(text);
        String question = asked.path("payload").path("content").asText();
        Thread turn = busy.get(session);
        if (question.equals("/stop")) {
          if (turn != null) {
            turn.interrupt();
            turn.join();
          }
          say(session, "message.create", payload("Task stopped."));
        } else if (turn != null && turn.isAlive()) {
          steered.add(question);
        } else {
          String id = asked.path("id").asText();
          busy.put(session, work(() -> run(session, id, question)));
        }
        text = peer.take();
      }
    } finally {
      open.remove(peer);
    }
  }

  private ObjectNode payload(String content) {
    return JSON.createObjectNode()
        .put("content", content)
        .put("message_id", "msg" + number.incrementAndGet());
  }

  /** Says it to who is there. */
  void say(String session, String type, ObjectNode payload) {
    ObjectNode frame = JSON.createObjectNode().put("type", type).put("session_id", session);
    frame.set("payload", payload);
    for (WebSocketRuntime.Peer peer : sessions.getOrDefault(session, Set.of())) {
      try {
        peer.send(frame.toString());
      } catch (IOException gone) {
        // And so is what was said.
      }
    }
  }

  private void run(String session, String id, String question) {
    say(session, "typing.start", JSON.createObjectNode());
    say(session, "message.create", payload("Thinking...").put("placeholder", true));
    ObjectNode streamed = payload("");
    ScriptedAgent.Voice voice =
        new ScriptedAgent.Voice() {
          @Override
          public void say(String piece) {
            String before = streamed.path("content").asText();
            streamed.put("content", before + piece);
            PicoServer.this.say(
                session, before.isEmpty() ? "message.create" : "message.update", streamed);
          }

          @Override
          public void tool(String name) {
            PicoServer.this.say(
                session, "message.create", payload("I need it").put("kind", "thought"));
            PicoServer.this.say(session, "message.create", payload(name).put("kind", "tool_calls"));
          }
        };
    try {
      String answer = agent.run(session, question, voice);
      boolean wasStreamed = !streamed.path("content").asText().isEmpty();
      // The typing ends before the last message is sent.
      say(session, "typing.stop", JSON.createObjectNode());
      if (!answer.isEmpty()) {
        say(
            session,
            wasStreamed ? "message.update" : "message.create",
            streamed.put("content", answer));
      }
    } catch (InterruptedException ended) {
      say(session, "typing.stop", JSON.createObjectNode());
    } catch (Exception failed) {
      say(
          session,
          "error",
          JSON.createObjectNode()
              .put("code", "failed")
              .put("message", failed.getMessage())
              .put("request_id", id));
    }
  }
}
