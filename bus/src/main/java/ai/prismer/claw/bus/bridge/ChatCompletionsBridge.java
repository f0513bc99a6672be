package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * {@code chat-completions}: {@code POST chat/completions}, streamed, of any server that speaks
 * OpenAI's format. It remembers nothing, so the bus keeps the conversation; and it knows no
 * idempotency, so a turn whose connection broke ends as UNKNOWN.
 */
public final class ChatCompletionsBridge extends StreamedTurnBridge {
  private static final int WINDOW = 16;
  private static final int MAX_BYTES = 256 * 1024;

  private static final Capabilities CAPABILITIES =
      new Capabilities(false, false, true, true, WINDOW, 0, MAX_BYTES);

  private final String model;
  private final Transcripts transcripts;

  /**
   * @param base an {@code http} address that ends in {@code /v1/}
   * @param model what the runtime is asked for
   * @param memory folder of what the bus remembers
   */
  public ChatCompletionsBridge(
      URI base, Token token, String model, Path memory, RandomGenerator random) {
    super("chat-completions", base, token, random);
    this.model = model;
    this.transcripts = new Transcripts(new SessionFiles(memory));
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  HttpRequest.Builder request(URI at, Outgoing turn, String text) throws IOException {
    List<Transcripts.Exchange> before = transcripts.read(SessionKey.of(turn));
    String body =
        JsonTree.write(json -> {
          json.writeStringField("model", model);
          json.writeBooleanField("stream", true);
          json.writeArrayFieldStart("messages");
          for (Transcripts.Exchange exchange : before) {
            message(json, "user", exchange.question());
            message(json, "assistant", exchange.answer());
          }
          message(json, "user", text);
          json.writeEndArray();
        });
    return HttpRequest.newBuilder(at.resolve("chat/completions"))
        .header("Content-Type", "application/json")
        .header("Accept", "text/event-stream")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static void message(JsonGenerator json, String role, String text) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", role);
    json.writeStringField("content", text);
    json.writeEndObject();
  }

  @Override
  AnswerReader reader(Outgoing turn) {
    return new Reader(turn);
  }

  @Override
  void remember(Outgoing turn, String question, AnswerReader answer) throws IOException {
    transcripts.add(
        SessionKey.of(turn),
        new Transcripts.Exchange(turn.envelope().id(), question, answer.text()));
  }

  /** Chunks of choices. */
  private final class Reader implements AnswerReader {
    private final Outgoing turn;
    private final StringBuilder text = new StringBuilder();
    private String failure = "";
    private boolean complete;

    Reader(Outgoing turn) {
      this.turn = turn;
    }

    @Override
    public void event(JsonTree data) {
      if (data.get("error").value() instanceof java.util.Map<?, ?>) {
        failure = "the runtime said: " + data.get("error").get("message").text();
      }
      for (JsonTree choice : data.get("choices").elements()) {
        String piece = choice.get("delta").get("content").text();
        if (!piece.isEmpty()) {
          text.append(piece);
          events().delta(turn, piece);
        }
        complete |= !choice.get("finish_reason").text().isEmpty();
      }
    }

    @Override
    public boolean isComplete() {
      return complete;
    }

    @Override
    public String text() {
      return text.toString();
    }

    @Override
    public String failure() {
      return failure;
    }
  }
}
