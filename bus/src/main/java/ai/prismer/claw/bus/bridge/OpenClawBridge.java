package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.framing.PayloadReader;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code openclaw-ws}: protocol 4 of OpenClaw's gateway, as the first-party gateway speaks it too.
 *
 * <p>The message's id is the idempotency key of {@code chat.send}, and with it the run's id. That
 * makes sending again harmless: a key that is running says so, one that has ended is answered from
 * what the gateway remembers. A turn that was sent before is looked for in the session's history
 * first, because a gateway that crashed answers it by itself, under a run of another name, and a
 * second send would disturb that. An empty final is not an answer: the run was joined to another.
 */
public final class OpenClawBridge extends ReconnectingBridge {
  private static final int WINDOW = 32;
  private static final int MAX_BYTES = 1024 * 1024;
  private static final String CONNECT = "connect";

  private static final Capabilities CAPABILITIES =
      new Capabilities(true, false, true, WINDOW, 0, MAX_BYTES);

  /** A turn that was sent, and where to. */
  private record Run(Outgoing turn, String session) {}

  /** What is to be done on the bridge's own thread: a turn to begin, or a frame to send. */
  private sealed interface Work {
    record Begin(Outgoing turn) implements Work {}

    record Send(String frame) implements Work {}
  }

  private final WebSocketDialer dialer;
  private final Token token;
  private volatile Connection connection = new Connection();

  /**
   * @param address a {@code ws} address
   * @param token of the gateway; shown in {@code connect}
   */
  public OpenClawBridge(URI address, Token token, RandomGenerator random) {
    super("openclaw-ws", random);
    // Not in the handshake: a gateway that knows the client already sends no challenge.
    this.dialer = new WebSocketDialer(address, Token.NONE);
    this.token = token;
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public void send(Outgoing turn) {
    connection.work.add(new Work.Begin(turn));
  }

  @Override
  void serve(BridgeEvents events) throws IOException, InterruptedException {
    Connection mine = new Connection();
    connection = mine;
    StringBuilder text = new StringBuilder();
    WebSocketLink link =
        dialer.dial((piece, last) -> {
          text.append(piece);
          if (text.length() > 4 * MAX_BYTES) {
            return CompletableFuture.failedFuture(new IOException("a frame of more than 4 MiB"));
          }
          if (!last) {
            return PartCutter.done();
          }
          String frame = text.toString();
          text.setLength(0);
          return mine.received(frame);
        });
    try (link) {
      while (true) {
        switch (link.awaitWork(mine.work)) {
          case Work.Begin(Outgoing turn) -> mine.begin(turn);
          case Work.Send(String frame) -> link.send(frame, true);
        }
      }
    }
  }

  @Override
  void disconnect() {
    dialer.close();
  }

  /** What belongs to one connection and is forgotten with it. */
  private final class Connection {
    final BlockingQueue<Work> work = new LinkedBlockingQueue<>();
    private final Map<String, Consumer<JsonTree>> requests = new ConcurrentHashMap<>();
    private final Map<String, Run> runs = new ConcurrentHashMap<>();

    CompletableFuture<Void> received(String frame) {
      try {
        JsonTree tree = JsonTree.read(frame);
        switch (tree.get("type").text()) {
          case "event" -> event(tree.get("event").text(), tree.get("payload"));
          case "res" -> {
            Consumer<JsonTree> waiting = requests.remove(tree.get("id").text());
            if (waiting != null) {
              waiting.accept(tree);
            }
          }
          default -> {
            // Kinds to come mean nothing to this version.
          }
        }
        return PartCutter.done();
      } catch (IOException broken) {
        return CompletableFuture.failedFuture(broken);
      }
    }

    private void event(String name, JsonTree payload) throws IOException {
      switch (name) {
        case "connect.challenge" -> connect();
        case "chat" -> chat(payload);
        default -> {
          // Ticks, tools and the rest.
        }
      }
    }

    private void connect() throws IOException {
      String secret = token.read();
      request(
          CONNECT,
          CONNECT,
          json -> {
            json.writeNumberField("minProtocol", 4);
            json.writeNumberField("maxProtocol", 4);
            json.writeObjectFieldStart("client");
            json.writeStringField("id", "gateway-client");
            json.writeStringField("mode", "backend");
            json.writeStringField("version", "1");
            json.writeStringField("platform", "linux");
            json.writeEndObject();
            json.writeStringField("role", "operator");
            json.writeArrayFieldStart("scopes");
            json.writeString("operator.read");
            json.writeString("operator.write");
            json.writeEndArray();
            json.writeObjectFieldStart("auth");
            json.writeStringField("token", secret);
            json.writeEndObject();
          },
          answer -> {
            if (isOk(answer)) {
              connected();
            }
            // Refused: the gateway closes, and says why in doing so.
          });
    }

    private void request(String id, String method, JsonTree.Keys params, Consumer<JsonTree> then) {
      requests.put(id, then);
      work.add(
          new Work.Send(
              JsonTree.write(json -> {
                json.writeStringField("type", "req");
                json.writeStringField("id", id);
                json.writeStringField("method", method);
                json.writeObjectFieldStart("params");
                params.write(json);
                json.writeEndObject();
              })));
    }

    void begin(Outgoing turn) {
      Map<String, String> payload;
      try (InputStream body = turn.body().open()) {
        payload = PayloadReader.read(body);
      } catch (IOException unreadable) {
        events().failed(turn, "the message cannot be read", false);
        return;
      }
      String text = payload.getOrDefault("text", "");
      if (text.isBlank()) {
        events().failed(turn, "the message has no text", false);
        return;
      }
      Run run = new Run(turn, SessionKey.of(turn));
      runs.put(turn.envelope().id(), run);
      if (turn.attempt() > 1) {
        lookFirst(run, text);
      } else {
        send(run, text);
      }
    }

    private void send(Run run, String text) {
      String id = run.turn().envelope().id();
      request(
          "send-" + id,
          "chat.send",
          json -> {
            json.writeStringField("sessionKey", run.session());
            json.writeStringField("message", text);
            json.writeStringField("idempotencyKey", id);
          },
          answer -> {
            if (!isOk(answer)) {
              JsonTree error = answer.get("error");
              end(id);
              events()
                  .failed(
                      run.turn(),
                      "the runtime refused: " + error.get("code").text(),
                      error.get("retryable").text().equals("true"));
            } else if (answer.get("payload").get("status").text().equals("ok")) {
              // Over already: the answer went to a connection that is gone.
              history(run, found -> settle(run, found));
            }
          });
    }

    /** A turn that was sent before may be answered, or be on its way without a connection. */
    private void lookFirst(Run run, String text) {
      history(
          run,
          found -> {
            if (found.answer() != null || found.error() != null) {
              settle(run, found);
            } else {
              // Running, or never seen: the key makes the two the same.
              send(run, text);
            }
          });
    }

    private record Found(@Nullable String answer, @Nullable String error) {}

    private void history(Run run, Consumer<Found> then) {
      String id = run.turn().envelope().id();
      request(
          "history-" + id,
          "chat.history",
          json -> {
            json.writeStringField("sessionKey", run.session());
            json.writeNumberField("limit", 50);
          },
          answer -> {
            String text = null;
            String error = null;
            for (JsonTree message : answer.get("payload").get("messages").elements()) {
              if (message.get("runId").text().equals(id)) {
                String failure = message.get("errorMessage").text();
                text = failure.isEmpty() ? text(message) : null;
                error = failure.isEmpty() ? null : failure;
              }
            }
            then.accept(new Found(text, error));
          });
    }

    private void settle(Run run, Found found) {
      if (end(run.turn().envelope().id()) == null) {
        return;
      }
      if (found.answer() != null && !found.answer().isEmpty()) {
        events().answered(run.turn(), found.answer());
      } else if (found.error() != null) {
        events().erred(run.turn(), found.error());
      } else {
        events().failed(run.turn(), "the turn is over and its answer is not known", true);
      }
    }

    private void chat(JsonTree payload) {
      String id = payload.get("runId").text();
      Run run = runs.get(id);
      if (run == null) {
        return;
      }
      switch (payload.get("state").text()) {
        case "delta" -> events().delta(run.turn(), payload.get("deltaText").text());
        case "final" -> {
          String text = text(payload.get("message"));
          if (text.isEmpty()) {
            history(run, found -> settle(run, found));
          } else {
            end(id);
            events().answered(run.turn(), text);
          }
        }
        case "error" -> {
          end(id);
          events().erred(run.turn(), payload.get("errorMessage").text());
        }
        case "aborted" -> {
          end(id);
          events().erred(run.turn(), "aborted");
        }
        default -> {
          // A sign of life.
        }
      }
    }

    private @Nullable Run end(String id) {
      return runs.remove(id);
    }

    private static boolean isOk(JsonTree answer) {
      return answer.get("ok").text().equals("true");
    }

    /** The text of a message, whose content is one text or a list of parts. */
    private static String text(JsonTree message) {
      JsonTree content = message.get("content");
      StringBuilder text = new StringBuilder(content.text());
      for (JsonTree part : content.elements()) {
        text.append(part.get("text").text());
      }
      return text.toString();
    }
  }
}
