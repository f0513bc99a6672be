package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * {@code responses}: {@code POST responses}, streamed, with one {@code Idempotency-Key} a message.
 * The runtime keeps the conversation, but finds it only by the id of its last response, which the
 * bus keeps for each.
 */
public final class ResponsesBridge extends StreamedTurnBridge {
  private static final int WINDOW = 16;
  private static final int RATE_PER_MINUTE = 30;
  private static final int MAX_BYTES = 1024 * 1024;

  private static final Capabilities CAPABILITIES =
      new Capabilities(true, false, true, true, WINDOW, RATE_PER_MINUTE, MAX_BYTES);

  private final String model;
  private final SessionFiles last;

  /**
   * @param base an {@code http} address that ends in {@code /v1/}
   * @param model what the runtime is asked for
   * @param memory folder of what the bus remembers
   */
  public ResponsesBridge(URI base, Token token, String model, Path memory, RandomGenerator random) {
    super("responses", base, token, random);
    this.model = model;
    this.last = new SessionFiles(memory);
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  HttpRequest.Builder request(URI at, Outgoing turn, String text) throws IOException {
    String before = Last.read(last.read(SessionKey.of(turn))).before(turn.envelope().id());
    String body =
        JsonTree.write(json -> {
          json.writeStringField("model", model);
          json.writeStringField("input", text);
          json.writeBooleanField("stream", true);
          if (!before.isEmpty()) {
            json.writeStringField("previous_response_id", before);
          }
        });
    return HttpRequest.newBuilder(at.resolve("responses"))
        .header("Content-Type", "application/json")
        .header("Accept", "text/event-stream")
        .header("Idempotency-Key", IdempotencyKey.of(turn))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  @Override
  AnswerReader reader(Outgoing turn) {
    return new Reader(turn);
  }

  @Override
  void remember(Outgoing turn, String question, AnswerReader answer) throws IOException {
    if (answer instanceof Reader reader && !reader.id.isEmpty()) {
      String key = SessionKey.of(turn);
      String asked = turn.envelope().id();
      String before = Last.read(last.read(key)).before(asked);
      last.write(key, new Last(reader.id, asked, before).text());
    }
  }

  /**
   * The last response of a conversation, the message it answers, and the response before that. A
   * message that is sent again has to be the same to the letter, or its key is refused; so one that
   * was answered already, in a life that ended before it could say so, names what it named then.
   */
  private record Last(String response, String message, String previous) {
    static Last read(String text) throws IOException {
      JsonTree kept = text.isEmpty() ? JsonTree.read("{}") : JsonTree.read(text);
      return new Last(
          kept.get("response").text(), kept.get("message").text(), kept.get("previous").text());
    }

    String text() {
      return JsonTree.write(json -> {
        json.writeStringField("response", response);
        json.writeStringField("message", message);
        json.writeStringField("previous", previous);
      });
    }

    String before(String asked) {
      return asked.equals(message) ? previous : response;
    }
  }

  /** Events of one response. */
  private final class Reader implements AnswerReader {
    private final Outgoing turn;
    private final StringBuilder pieces = new StringBuilder();
    private String id = "";
    private String text = "";
    private String failure = "";
    private boolean complete;

    Reader(Outgoing turn) {
      this.turn = turn;
    }

    @Override
    public void event(JsonTree data) {
      JsonTree response = data.get("response");
      switch (data.get("type").text()) {
        case "response.output_text.delta" -> {
          String piece = data.get("delta").text();
          pieces.append(piece);
          events().delta(turn, piece);
        }
        case "response.completed" -> {
          complete = true;
          id = response.get("id").text();
          text = textOf(response);
          if (response.get("status").text().equals("failed")) {
            fail(response);
          }
        }
        case "response.failed", "response.incomplete" -> fail(response);
        case "error" -> failure = "the runtime said: " + data.get("message").text();
        default -> {
          // Items and tools.
        }
      }
    }

    private void fail(JsonTree response) {
      String said = response.get("error").get("message").text();
      failure = said.isEmpty() ? "the runtime failed" : said;
    }

    private static String textOf(JsonTree response) {
      StringBuilder whole = new StringBuilder();
      for (JsonTree item : response.get("output").elements()) {
        for (JsonTree part : item.get("content").elements()) {
          if (part.get("type").text().equals("output_text")) {
            whole.append(part.get("text").text());
          }
        }
      }
      return whole.toString();
    }

    @Override
    public boolean isComplete() {
      return complete;
    }

    @Override
    public String text() {
      return text.isEmpty() ? pieces.toString() : text;
    }

    @Override
    public String failure() {
      return failure;
    }
  }
}
