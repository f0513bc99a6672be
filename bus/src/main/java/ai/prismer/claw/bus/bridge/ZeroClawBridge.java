package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * {@code zeroclaw-ws}: the chat socket of ZeroClaw's gateway. Closing a turn's socket ends the turn
 * there, so one whose connection broke is over, and how far it came nobody knows. Nobody in a
 * channel can be asked for an approval, so what needs one is denied and the turn goes on without.
 */
public final class ZeroClawBridge extends SocketTurnBridge {
  private static final int WINDOW = 16;
  private static final int MAX_BYTES = 1024 * 1024;
  private static final Duration GREETING = Duration.ofSeconds(30);

  private static final Capabilities CAPABILITIES =
      new Capabilities(false, false, true, true, WINDOW, 0, MAX_BYTES);

  /** What is said to a message that no turn was made of, and not for good. */
  private static final Set<String> LATER =
      Set.of("SESSION_QUEUE_FULL", "SESSION_QUEUE_TIMEOUT", "SESSION_RESTORE_UNAVAILABLE");

  /** What is said to a denial that came too late, which changes nothing. */
  private static final String DENIED_TOO_LATE = "INVALID_APPROVAL_RESPONSE";

  /**
   * @param address of the chat socket, with the agent's alias in its query
   */
  public ZeroClawBridge(URI address, Token token, RandomGenerator random) {
    super("zeroclaw-ws", address, token, random);
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  void talk(Outgoing turn, String question, TurnSocket socket)
      throws IOException, InterruptedException {
    if (!greeted(turn, socket, "session_start")) {
      return;
    }
    socket.send(json -> json.writeStringField("type", "connect"));
    if (!greeted(turn, socket, "connected")) {
      return;
    }
    socket.ask(json -> {
      json.writeStringField("type", "message");
      json.writeStringField("content", question);
    });
    boolean over = false;
    while (!over) {
      over = heard(turn, socket, socket.next());
    }
  }

  /** Waits for a frame of the greeting; false if the turn is over instead. */
  private boolean greeted(Outgoing turn, TurnSocket socket, String wanted)
      throws IOException, InterruptedException {
    while (true) {
      JsonTree frame = socket.next(GREETING);
      if (frame == null) {
        throw new IOException("the runtime does not greet");
      }
      String type = frame.get("type").text();
      if (type.equals(wanted)) {
        return true;
      }
      if (type.equals("error")) {
        refused(turn, frame);
        return false;
      }
    }
  }

  /** Whether the turn is over with this. */
  private boolean heard(Outgoing turn, TurnSocket socket, JsonTree frame) throws IOException {
    switch (frame.get("type").text()) {
      case "chunk" -> events().delta(turn, frame.get("content").text());
      case "approval_request" ->
          socket.send(json -> {
            json.writeStringField("type", "approval_response");
            json.writeStringField("request_id", frame.get("request_id").text());
            json.writeStringField("decision", "deny");
          });
      case "done" -> {
        String text = frame.get("full_response").text();
        if (text.isBlank()) {
          events().erred(turn, "the agent said nothing");
        } else {
          events().answered(turn, text);
        }
        return true;
      }
      case "aborted" -> {
        events().erred(turn, "the turn was ended at the agent");
        return true;
      }
      case "error" -> {
        if (!frame.get("code").text().equals(DENIED_TOO_LATE)) {
          refused(turn, frame);
          return true;
        }
      }
      default -> {
        // Thoughts, tools, and what happens beside the turn.
      }
    }
    return false;
  }

  private void refused(Outgoing turn, JsonTree error) {
    String code = error.get("code").text();
    if (LATER.contains(code)) {
      events().failed(turn, "the runtime refused: " + code, true);
    } else {
      String said = error.get("message").text();
      events().erred(turn, said.isEmpty() ? "the runtime failed, " + code : said);
    }
  }
}
