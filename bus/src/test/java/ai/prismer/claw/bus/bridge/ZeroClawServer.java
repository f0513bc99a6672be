package ai.prismer.claw.bus.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A chat socket like ZeroClaw's: greeting, one turn at a time, ended by the end of its socket. */
final class ZeroClawServer extends SocketStandIn {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Code of the error of an agent that fails. */
  volatile String code = "PROVIDER_ERROR";

  /** Whether the socket is closed right behind the answer. */
  volatile boolean closesAfterAnswer;

  ZeroClawServer(ScriptedAgent agent) {
    super(agent);
  }

  @Override
  public Bridge bridge(Token token) {
    return new ZeroClawBridge(address("/ws/chat?agent=default"), token, new Random(1));
  }

  @Override
  int verdict(String session) {
    return 101;
  }

  private static ObjectNode frame(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  @Override
  void serve(WebSocketRuntime.Peer peer, String session) throws Exception {
    peer.send(frame("session_start").put("session_id", session).put("resumed", false).toString());
    Map<String, CompletableFuture<String>> approvals = new ConcurrentHashMap<>();
    Thread turn = null;
    String text = peer.take();
    while (text != null) {
      JsonNode asked = JSON.readTree(text);
      switch (asked.path("type").asText()) {
        case "connect" -> peer.send(frame("connected").put("message", "hello").toString());
        case "approval_response" -> {
          CompletableFuture<String> waiting = approvals.get(asked.path("request_id").asText());
          if (waiting != null) {
            waiting.complete(asked.path("decision").asText());
          }
        }
        default -> {
          String question = asked.path("content").asText();
          if (refuses()) {
            peer.send(frame("error").put("code", "SESSION_QUEUE_FULL").toString());
          } else if (turn != null && turn.isAlive()) {
            steered.add(question);
          } else {
            turn = work(() -> run(peer, session, question, approvals));
          }
        }
      }
      text = peer.take();
    }
    if (turn != null) {
      turn.interrupt();
    }
  }

  private void run(
      WebSocketRuntime.Peer peer,
      String session,
      String question,
      Map<String, CompletableFuture<String>> approvals) {
    ScriptedAgent.Voice voice =
        new ScriptedAgent.Voice() {
          @Override
          public void say(String piece) throws IOException {
            peer.send(frame("chunk").put("content", piece).toString());
          }

          @Override
          public void tool(String name) throws IOException {
            peer.send(frame("thinking").put("content", "I need it").toString());
            peer.send(frame("tool_call").put("id", "1").put("name", name).toString());
            peer.send(frame("tool_result").put("id", "1").put("output", "42").toString());
          }

          @Override
          public boolean mayI(String what) throws Exception {
            CompletableFuture<String> said = new CompletableFuture<>();
            approvals.put(what, said);
            peer.send(
                frame("approval_request").put("request_id", what).put("tool", "shell").toString());
            return !said.get(20, TimeUnit.SECONDS).equals("deny");
          }
        };
    try {
      String answer = agent.run(session, question, voice);
      peer.send(frame("done").put("full_response", answer).toString());
      if (closesAfterAnswer) {
        peer.end();
      }
    } catch (ScriptedAgent.Failure failed) {
      tell(peer, frame("error").put("code", code).put("message", failed.getMessage()));
    } catch (InterruptedException ended) {
      tell(peer, frame("aborted"));
    } catch (Exception gone) {
      // Nobody hears of it.
    }
  }

  private static void tell(WebSocketRuntime.Peer peer, ObjectNode frame) {
    try {
      peer.send(frame.toString());
    } catch (IOException gone) {
      // Nobody hears of it.
    }
  }
}
