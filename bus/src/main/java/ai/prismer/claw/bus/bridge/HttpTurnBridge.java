package ai.prismer.claw.bus.bridge;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * A turn as one POST. A request that was refused, or never reached the runtime, had no effect and
 * is made again; one whose connection broke may have had, and what follows from that {@link
 * Capabilities#idempotentSend} says.
 */
abstract class HttpTurnBridge extends ReconnectingBridge {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
  private static final int LONGEST_EVENT = 4 * 1024 * 1024;

  private final URI base;
  private final Token token;
  private final HttpClient http;
  private final TurnThreads running = new TurnThreads();

  /** Reads the events of one answer. */
  interface AnswerReader {
    /** One event. */
    void event(JsonTree data) throws IOException;

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
    this.http = RuntimeClient.to(base).connectTimeout(CONNECT_LIMIT).build();
  }

  /** The request for a turn, without its headers of authorisation. */
  abstract HttpRequest.Builder request(URI at, Outgoing turn, String text) throws IOException;

  /**
   * The runtime has said something to the request.
   *
   * @param body of its answer, closed by the caller
   * @throws IOException when the connection is lost and the outcome is not known
   */
  abstract void taken(Outgoing turn, String question, int status, InputStream body)
      throws IOException, InterruptedException;

  /**
   * The turn was answered: what has to be remembered of it is, before anybody is told. Nothing, if
   * the runtime finds the conversation by itself.
   */
  void remember(Outgoing turn, String question, AnswerReader answer) throws IOException {}

  /** A request for what lies below the base, with its headers of authorisation. */
  HttpRequest.Builder to(String path) throws IOException {
    return authorised(HttpRequest.newBuilder(base.resolve(path)));
  }

  private HttpRequest.Builder authorised(HttpRequest.Builder request) throws IOException {
    String secret = token.read();
    return secret.isEmpty() ? request : request.header("Authorization", "Bearer " + secret);
  }

  /** What makes the requests. */
  HttpClient http() {
    return http;
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

  /** A server that goes takes no more connections, and then ends what it has begun. */
  @Override
  void over(String reason) {
    events().away();
  }

  /** Asks for something that costs the runtime nothing, and throws if it is not there for us. */
  void probe() throws IOException, InterruptedException {
    // Not every server lists models; one that does not know the token does not want the bus.
    var _ = ask("models");
  }

  /**
   * Asks the runtime for what is there within seconds.
   *
   * @throws IOException when it does not answer, does not know the token or fails
   */
  HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> asked =
        http.sendAsync(
            to(path).build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(), LONGEST_EVENT));
    try {
      HttpResponse<String> said = asked.get(PROBE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      int status = said.statusCode();
      if (status == 401 || status == 403 || status >= 500) {
        throw new IOException(base + path + " answers " + status);
      }
      return said;
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof ConnectException away
          ? away
          : new IOException(String.valueOf(failed.getCause()), failed);
    } catch (TimeoutException slow) {
      throw new IOException(base + path + " does not answer", slow);
    } finally {
      asked.cancel(true);
    }
  }

  /** A body that is no stream. */
  static String read(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(LONGEST_EVENT + 1);
    if (bytes.length > LONGEST_EVENT) {
      throw new IOException("an answer of more than 4 MiB");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void send(Outgoing turn) {
    running.start(turn, () -> run(turn));
  }

  @Override
  public void abort(Outgoing turn) {
    // Which closes the connection, by which these runtimes know that nobody listens any more.
    running.interrupt(turn);
  }

  private void run(Outgoing turn) {
    Optional<String> question = Question.of(turn, events());
    if (question.isEmpty()) {
      return;
    }
    HttpRequest post;
    try {
      post = authorised(request(base, turn, question.get())).build();
    } catch (IOException unreadable) {
      events().failed(turn, "what the bus keeps of the conversation cannot be read", true);
      return;
    }
    try {
      HttpResponse<InputStream> answer = http.send(post, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        taken(turn, question.get(), answer.statusCode(), body);
      }
    } catch (IOException failed) {
      if (!Thread.currentThread().isInterrupted()) {
        unanswered(turn, failed);
      }
    } catch (InterruptedException aborted) {
      // Whoever aborted it has said so.
    }
  }

  private void unanswered(Outgoing turn, IOException failure) {
    if (NoConnection.isCause(failure)) {
      // The probe notices seconds later.
      events().unreached(turn);
    } else {
      events().unknown(turn, "the connection broke");
    }
  }

  /** The runtime did not take the turn. */
  void refused(Outgoing turn, int status) {
    String reason = "the runtime answered " + status;
    boolean later = HttpStatus.isRetryable(status) || status == 401 || status == 403;
    if (later) {
      events().failed(turn, reason, true);
    } else {
      events().erred(turn, reason);
    }
  }

  /** Reads events until the stream ends. */
  static void stream(InputStream body, AnswerReader reader) throws IOException {
    new EventStream(body, new Events(reader)).read();
  }

  /** Ends a turn whose answer is complete or has failed. */
  void settle(Outgoing turn, String question, AnswerReader reader) throws IOException {
    if (!reader.failure().isEmpty()) {
      events().erred(turn, reader.failure());
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
    running.interruptAll();
    http.shutdownNow();
  }
}
