package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * {@code pico-ws}: the Pico protocol of PicoClaw. It has no frame that ends a turn: the answer is
 * the last message that is no thought, no tool call and no placeholder, when nothing more has come
 * for a while and the agent types no more. What is said while no socket of the session is open is
 * lost, so a turn whose connection broke ends as UNKNOWN.
 */
public final class PicoBridge extends SocketTurnBridge {
  /** Far below the hundred sockets that the runtime takes. */
  private static final int WINDOW = 16;

  private static final int MAX_BYTES = 1024 * 1024;

  /** The last message follows the end of the typing, not the other way round. */
  private static final Duration SETTLE = Duration.ofMillis(1500);

  private static final Capabilities CAPABILITIES =
      new Capabilities(false, false, true, true, WINDOW, 0, MAX_BYTES);

  /**
   * @param address of the Pico socket
   */
  public PicoBridge(URI address, Token token, RandomGenerator random) {
    super("pico-ws", address, token, random);
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  void talk(Outgoing turn, String question, TurnSocket socket)
      throws IOException, InterruptedException {
    String id = IdempotencyKey.of(turn);
    socket.ask(json -> message(json, id, question));
    try {
      listen(turn, id, socket);
    } catch (InterruptedException ended) {
      if (!isClosed()) {
        // A turn does not end with the socket of who asked.
        socket.send(json -> message(json, id + "-stop", "/stop"));
        // Until that was read, and what it is answered with has come here and not to the next turn.
        JsonTree frame = socket.next(SETTLE);
        while (frame != null) {
          frame = socket.next(SETTLE);
        }
      }
      throw ended;
    }
  }

  private static void message(JsonGenerator json, String id, String text) throws IOException {
    json.writeStringField("type", "message.send");
    json.writeStringField("id", id);
    json.writeObjectFieldStart("payload");
    json.writeStringField("content", text);
    json.writeEndObject();
  }

  private void listen(Outgoing turn, String id, TurnSocket socket)
      throws IOException, InterruptedException {
    Answer answer = new Answer();
    while (true) {
      JsonTree frame = answer.mayBeWhole() ? socket.next(SETTLE) : socket.next();
      if (frame == null) {
        events().answered(turn, answer.text());
        return;
      }
      JsonTree payload = frame.get("payload");
      switch (frame.get("type").text()) {
        case "typing.start" -> answer.typing = true;
        case "typing.stop" -> answer.typing = false;
        case "message.create", "message.update" -> {
          String piece = answer.put(payload, frame.get("id").text());
          if (!piece.isEmpty()) {
            events().delta(turn, piece);
          }
        }
        case "message.delete" -> answer.messages.remove(payload.get("message_id").text());
        case "error" -> {
          String about = payload.get("request_id").text();
          if (about.isEmpty() || about.equals(id)) {
            String said = payload.get("message").text();
            events().erred(turn, said.isEmpty() ? payload.get("code").text() : said);
            return;
          }
        }
        default -> {
          // Media, and signs of life.
        }
      }
    }
  }

  /** What was said so far. */
  private static final class Answer {
    /** More than are ever taken back. */
    private static final int MOST_MESSAGES = 8;

    /** Messages by id, the one that was touched last at the end. */
    private final Map<String, String> messages = new LinkedHashMap<>();

    private String shown = "";
    private boolean typing;

    /** Takes a message in; returns what it adds to what was shown, if it only adds. */
    String put(JsonTree payload, String otherwise) {
      String kind = payload.get("kind").text();
      boolean aside =
          kind.equals("thought")
              || kind.equals("tool_calls")
              || payload.get("thought").text().equals("true")
              || payload.get("placeholder").text().equals("true");
      String content = payload.get("content").text();
      if (aside || content.isBlank()) {
        return "";
      }
      String named = payload.get("message_id").text();
      String id = named.isEmpty() ? otherwise : named;
      messages.remove(id);
      messages.put(id, content);
      if (messages.size() > MOST_MESSAGES) {
        messages.remove(messages.keySet().iterator().next());
      }
      if (!content.startsWith(shown)) {
        return "";
      }
      String piece = content.substring(shown.length());
      shown = content;
      return piece;
    }

    boolean mayBeWhole() {
      return !messages.isEmpty() && !typing;
    }

    String text() {
      String last = "";
      for (String message : messages.values()) {
        last = message;
      }
      return last;
    }
  }
}
