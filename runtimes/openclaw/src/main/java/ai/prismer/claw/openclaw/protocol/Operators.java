package ai.prismer.claw.openclaw.protocol;

import ai.prismer.claw.openclaw.turn.Outcome;
import ai.prismer.claw.openclaw.turn.Turn;
import ai.prismer.claw.openclaw.turn.TurnListener;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clients that speak protocol 4. Every one hears of every turn, as with OpenClaw: a client
 * whose connection broke hears the rest of its turn on the next one.
 */
public final class Operators implements TurnListener {
  private final Set<OperatorClient> clients = ConcurrentHashMap.newKeySet();
  private final InstantSource clock;

  /** Nobody is connected yet. */
  public Operators(InstantSource clock) {
    this.clock = clock;
  }

  void add(OperatorClient client) {
    clients.add(client);
  }

  void remove(OperatorClient client) {
    clients.remove(client);
  }

  /** Tells everybody that the gateway is going. */
  public void announceShutdown(String reason) {
    ObjectNode payload = Json.object().put("reason", reason);
    clients.forEach(client -> client.event("shutdown", payload));
  }

  @Override
  public void started(Turn turn, boolean resumed) {
    broadcast(chat(turn, "status").put("status", resumed ? "resumed" : "started"));
  }

  @Override
  public void delta(Turn turn, String text) {
    broadcast(chat(turn, "delta").put("deltaText", text));
  }

  @Override
  public void ended(Turn turn, Outcome outcome) {
    end(turn, outcome).ifPresent(this::broadcast);
  }

  private Optional<ObjectNode> end(Turn turn, Outcome outcome) {
    long now = clock.millis();
    return switch (outcome) {
      case Outcome.Answered answered -> {
        ObjectNode payload = chat(turn, "final").put("stopReason", answered.stopReason());
        payload.set("message", Json.message("assistant", answered.text(), now));
        payload
            .putObject("usage")
            .put("input", answered.inputTokens())
            .put("output", answered.outputTokens());
        yield Optional.of(payload);
      }
      case Outcome.Failed failed ->
          Optional.of(
              chat(turn, "error")
                  .put("errorKind", failed.kind())
                  .put("errorMessage", failed.message()));
      case Outcome.Aborted aborted -> {
        ObjectNode payload = chat(turn, "aborted").put("stopReason", "rpc");
        if (!aborted.text().isEmpty()) {
          payload.set("message", Json.message("assistant", aborted.text(), now));
        }
        yield Optional.of(payload);
      }
      // The next process goes on with it: for the client the turn is still running.
      case Outcome.Interrupted interrupted -> Optional.empty();
    };
  }

  private static ObjectNode chat(Turn turn, String state) {
    return Json.object()
        .put("runId", turn.runId())
        .put("sessionKey", turn.sessionKey().value())
        .put("seq", turn.nextEvent())
        .put("state", state);
  }

  private void broadcast(ObjectNode payload) {
    clients.forEach(client -> client.event("chat", payload));
  }
}
