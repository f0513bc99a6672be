package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.framing.PayloadReader;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A turn as one POST whose answer is streamed as server-sent events. A request that was refused, or
 * never reached the runtime, had no effect and is made again; one whose connection broke may have
 * had, and what follows from that {@link Capabilities#idempotentSend} says. Status 200 alone is no
 * answer, and neither is an empty one.
 */
abstract class HttpTurnBridge extends ReconnectingBridge {
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  private static final int LONGEST_EVENT = 4 * 1024 * 1024;

  private final URI base;
  private final Token token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final Map<String, Thread> running = new ConcurrentHashMap<>();

  /** Reads the events of one answer. */
  interface AnswerReader {
    /** One event. */
    void event(JsonTree data);

    /** Whether the answer is complete, and not only over. */
    boolean isComplete();

    /** The answer so far. */
    String text();

    /** What the runtime said went wrong; empty if nothing did. */
    String failure();
  }

  /**
   * @param base an {@code http} address that ends in {@code /v1/}
   */
  HttpTurnBridge(String name, URI base, Token token, RandomGenerator random) {
    super(name, random);
    this.base = base;
    this.token = token;
  }

  /** The request for a turn, without its headers of authorisation. */
  abstract HttpRequest.Builder request(URI at, Outgoing turn, String text) throws IOException;

  /** What reads the answer, and passes its pieces on. */
  abstract AnswerReader reader(Outgoing turn);

  /** The turn was answered: what has to be remembered of it is, before anybody is told. */
  abstract void remember(Outgoing turn, String question, AnswerReader answer) throws IOException;

  private HttpRequest.Builder authorised(HttpRequest.Builder request) throws IOException {
    String secret = token.read();
    return secret.isEmpty() ? request : request.header("Authorization", "Bearer " + secret);
  }

  /** Looks whether the runtime is there; a turn that is out notices by itself when it goes. */
  @Override
  void serve(BridgeEvents events) throws IOException, InterruptedException {
    probe();
    connected();
    while (!isClosed()) {
      TimeUnit.MILLISECONDS.sleep(PROBE_EVERY.toMillis());
      try {
        probe();
      } catch (ConnectException gone) {
        throw gone;
      } catch (IOException slow) {
        // Somebody listens: a runtime that is busy with a turn is not away.
      }
    }
  }

  private void probe() throws IOException, InterruptedException {
    HttpRequest get =
        authorised(HttpRequest.newBuilder(base.resolve("models")).timeout(PROBE_LIMIT)).build();
    int status = http.send(get, HttpResponse.BodyHandlers.discarding()).statusCode();
    // Not every server lists models; one that does not know the token does not want the bus.
    if (status == 401 || status == 403 || status >= 500) {
      throw new IOException(base + "models answers " + status);
    }
  }

  @Override
  public void send(Outgoing turn) {
    String id = turn.lane().channel() + " " + turn.envelope().id();
    Thread thread =
        Thread.ofVirtual()
            .name("turn")
            .unstarted(() -> {
              try {
                run(turn);
              } finally {
                running.remove(id, Thread.currentThread());
              }
            });
    running.put(id, thread);
    thread.start();
  }

  @Override
  public void abort(Outgoing turn) {
    Thread thread = running.remove(turn.lane().channel() + " " + turn.envelope().id());
    if (thread != null) {
      // Which closes the connection, by which these runtimes know that nobody listens any more.
      thread.interrupt();
    }
  }

  private void run(Outgoing turn) {
    String question;
    try (InputStream body = turn.body().open()) {
      question = PayloadReader.read(body).getOrDefault("text", "");
    } catch (IOException unreadable) {
      events().failed(turn, "the message cannot be read", false);
      return;
    }
    if (question.isBlank()) {
      events().failed(turn, "the message has no text", false);
      return;
    }
    HttpRequest post;
    try {
      post = authorised(request(base, turn, question)).build();
    } catch (IOException unreadable) {
      events().failed(turn, "what the bus keeps of the conversation cannot be read", true);
      return;
    }
    try {
      HttpResponse<InputStream> answer = http.send(post, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() == 200) {
          read(turn, question, body);
        } else {
          refused(turn, answer.statusCode());
        }
      }
    } catch (ConnectException unreachable) {
      events().failed(turn, "the runtime is away", true);
    } catch (IOException broken) {
      events().unknown(turn, "the connection broke");
    } catch (InterruptedException aborted) {
      // Whoever aborted it has said so.
    }
  }

  private void refused(Outgoing turn, int status) {
    String reason = "the runtime answered " + status;
    boolean later = HttpStatus.isRetryable(status) || status == 401 || status == 403;
    if (later) {
      events().failed(turn, reason, true);
    } else {
      events().erred(turn, reason);
    }
  }

  private void read(Outgoing turn, String question, InputStream body) throws IOException {
    AnswerReader reader = reader(turn);
    new EventStream(body, new Events(reader)).read();
    if (!reader.failure().isEmpty()) {
      events().erred(turn, reader.failure());
    } else if (!reader.isComplete()) {
      events().unknown(turn, "the answer broke off");
    } else if (reader.text().isBlank()) {
      events().erred(turn, "the agent said nothing");
    } else {
      remember(turn, question, reader);
      events().answered(turn, reader.text());
    }
  }

  /** Events of JSON, one after the other. */
  private static final class Events implements EventStream.Listener {
    private final AnswerReader reader;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    Events(AnswerReader reader) {
      this.reader = reader;
    }

    @Override
    public void data(ByteBuffer bytes) throws IOException {
      if (data.size() + bytes.remaining() > LONGEST_EVENT) {
        throw new IOException("an event of more than 4 MiB");
      }
      byte[] piece = new byte[bytes.remaining()];
      bytes.get(piece);
      data.writeBytes(piece);
    }

    @Override
    public void end(String name, String id) throws IOException {
      String text = data.toString(StandardCharsets.UTF_8);
      data.reset();
      // The mark at the end of a stream is no JSON.
      if (!text.equals("[DONE]")) {
        reader.event(JsonTree.read(text));
      }
    }
  }

  @Override
  void disconnect() {
    running.values().forEach(Thread::interrupt);
    http.shutdownNow();
  }
}
