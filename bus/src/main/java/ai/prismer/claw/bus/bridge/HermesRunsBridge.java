package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * {@code hermes-runs}: the runs of Hermes Agent's API server. A turn is a {@code POST runs}, which
 * is answered at once with the run's name; what becomes of the run, {@code GET runs/NAME/events}
 * streams. That stream can be had once: when it breaks, the run goes on and is asked for its status
 * until it is over.
 *
 * <p>Whether the runtime keeps {@code Idempotency-Key}s beyond its own end differs from version to
 * version, and it says so itself: with one that does a turn that was lost is sent again and found,
 * with one that does not it ends as UNKNOWN. Nobody in a channel can be asked for an approval, so
 * what needs one is denied and the run goes on without it.
 */
public final class HermesRunsBridge extends HttpTurnBridge {
  /** What the runtime takes at once unless it is told otherwise. */
  private static final int WINDOW = 10;

  /** Its bound for a request is a million bytes. */
  private static final int MAX_BYTES = 900 * 1024;

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Map<String, String> runs = new ConcurrentHashMap<>();
  private volatile Capabilities capabilities = capabilities(false);

  /**
   * @param base an {@code http} address that ends in {@code /v1/}
   */
  public HermesRunsBridge(URI base, Token token, RandomGenerator random) {
    super("hermes-runs", base, token, random);
  }

  private static Capabilities capabilities(boolean idempotentSend) {
    return new Capabilities(idempotentSend, false, true, true, WINDOW, 0, MAX_BYTES);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** Also learns what this version can do. One that does not say is an old one. */
  @Override
  void probe() throws IOException, InterruptedException {
    HttpResponse<String> said = ask("capabilities");
    JsonTree features =
        JsonTree.read(said.statusCode() == 200 ? said.body() : "{}").get("features");
    if (features.get("run_submission").text().equals("false")) {
      throw new IOException("the runtime offers no runs");
    }
    JsonTree keys = features.get("runs_idempotency");
    capabilities =
        capabilities(
            keys.get("supported").text().equals("true")
                && keys.get("durable").text().equals("true"));
  }

  /** The same to the letter at every attempt, or the key would be refused. */
  @Override
  HttpRequest.Builder request(URI at, Outgoing turn, String text) {
    String session = SessionKey.of(turn);
    String body =
        JsonTree.write(json -> {
          json.writeStringField("input", text);
          json.writeStringField("session_id", session);
        });
    return HttpRequest.newBuilder(at.resolve("runs"))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", IdempotencyKey.of(turn))
        .header("X-Hermes-Session-Key", session)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  @Override
  void taken(Outgoing turn, String question, int status, InputStream body)
      throws IOException, InterruptedException {
    if (status / 100 != 2) {
      refused(turn, status);
      return;
    }
    String name = JsonTree.read(read(body)).get("run_id").text();
    if (!name.matches("[A-Za-z0-9_.-]{1,128}")) {
      events().unknown(turn, "the runtime named no run");
      return;
    }
    String key = TurnThreads.key(turn);
    runs.put(key, name);
    try {
      HermesRun run = new HermesRun(turn, events(), request -> deny(name, request));
      listen(name, run);
      if (run.isComplete() || follow(turn, name, run)) {
        settle(turn, question, run);
      }
    } finally {
      runs.remove(key, name);
    }
  }

  private void listen(String name, HermesRun run) throws InterruptedException {
    try {
      HttpResponse<InputStream> answer =
          http()
              .send(
                  to("runs/" + name + "/events").header("Accept", "text/event-stream").build(),
                  HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream events = answer.body()) {
        if (answer.statusCode() == 200) {
          stream(events, run);
        }
      }
    } catch (IOException broken) {
      // The run goes on without it.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Asks for the run's status until it is over; false if there is nobody who knows the run. */
  private boolean follow(Outgoing turn, String name, HermesRun run) throws InterruptedException {
    while (true) {
      try {
        HttpResponse<String> said = ask("runs/" + name);
        if (said.statusCode() == 404) {
          events().unknown(turn, "the runtime does not know the run any more");
          return false;
        }
        run.status(JsonTree.read(said.body()));
      } catch (ConnectException away) {
        // It may be back in a moment or in hours, and is asked again then if it keeps keys.
        events().unknown(turn, "the runtime is away");
        return false;
      } catch (IOException busy) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      if (run.isComplete()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private void deny(String name, String request) throws IOException {
    post(
        "runs/" + name + "/approval",
        JsonTree.write(json -> {
          json.writeStringField("choice", "deny");
          if (!request.isEmpty()) {
            json.writeStringField("request_id", request);
          }
        }));
  }

  @Override
  public void abort(Outgoing turn) {
    String name = runs.get(TurnThreads.key(turn));
    super.abort(turn);
    if (name != null) {
      try {
        // A run does not end with the connection of who listens to it.
        post("runs/" + name + "/stop", "{}");
      } catch (IOException unreadable) {
        // Without the token nothing can be asked of the runtime, this neither.
      }
    }
  }

  /** Nothing follows from the answer: the run tells what became of it. */
  private void post(String path, String body) throws IOException {
    var _ =
        http()
            .sendAsync(
                to(path)
                    .timeout(LIMIT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.discarding());
  }
}
