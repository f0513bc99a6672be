package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.contract.BusProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code claw-sse}: an envelope is POSTed to {@code /messages}, where 2xx says that the runtime has
 * it; what the runtime says comes as events of {@code GET /events}. A stream that breaks is asked
 * for again behind the last event that was journalled.
 */
public final class EnvelopeEventStreamBridge extends ReconnectingBridge {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int WINDOW = 64;

  private static final Capabilities CAPABILITIES =
      new Capabilities(true, true, false, false, WINDOW, 0, BusProtocol.MAX_FRAME_BYTES);

  private final URI base;
  private final Token token;
  private final HttpClient http;

  private volatile @Nullable InputStream stream;

  /** Survives reconnects, so that nothing is read twice or missed. */
  private String lastEventId = "";

  /**
   * @param base an {@code http} address, below which {@code messages} and {@code events} lie
   */
  public EnvelopeEventStreamBridge(URI base, Token token, RandomGenerator random) {
    super("claw-sse", random);
    this.base = base;
    this.token = token;
    this.http = RuntimeClient.to(base).connectTimeout(CONNECT_LIMIT).build();
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  private HttpRequest.Builder request(String path) throws IOException {
    HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path));
    String secret = token.read();
    return secret.isEmpty() ? builder : builder.header("Authorization", "Bearer " + secret);
  }

  @Override
  public void send(Outgoing turn) {
    HttpRequest post;
    try {
      HttpRequest.BodyPublisher body =
          turn.body() instanceof Outgoing.Whole whole
              ? HttpRequest.BodyPublishers.ofByteArray(whole.bytes())
              : HttpRequest.BodyPublishers.ofInputStream(turn.body()::open);
      post =
          request("messages")
              .timeout(LIMIT)
              .header("Content-Type", "application/json")
              .POST(body)
              .build();
    } catch (IOException unreadable) {
      events().failed(turn, "the token cannot be read", true);
      return;
    }
    var _ =
        http.sendAsync(post, HttpResponse.BodyHandlers.discarding())
            .whenComplete((answer, failed) -> {
              if (NoConnection.isCause(failed)) {
                events().unreached(turn);
              } else if (failed != null) {
                events().failed(turn, "POST failed: " + failed.getClass().getSimpleName(), true);
              } else {
                answered(turn, answer.statusCode());
              }
            });
  }

  private void answered(Outgoing turn, int status) {
    if (status / 100 == 2) {
      events().acknowledged(turn);
    } else {
      events().failed(turn, "the runtime answered " + status, HttpStatus.isRetryable(status));
    }
  }

  @Override
  void serve(BridgeEvents events) throws IOException, InterruptedException {
    HttpRequest.Builder get = request("events").header("Accept", "text/event-stream");
    if (!lastEventId.isEmpty()) {
      get.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<InputStream> answer =
        http.send(get.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      stream = body;
      if (answer.statusCode() != 200) {
        throw new IOException(base + "events answers " + answer.statusCode());
      }
      connected();
      read(body, events);
    }
    throw new IOException("the runtime closed the event stream");
  }

  private void read(InputStream body, BridgeEvents events) throws IOException {
    PartCutter cutter = new PartCutter(events);
    EventStream.Listener listener =
        new EventStream.Listener() {
          @Override
          public void data(ByteBuffer bytes) {
            cutter.add(bytes, false).join();
          }

          @Override
          public void end(String name, String id) {
            cutter.add(ByteBuffer.allocate(0), true).join();
            lastEventId = id;
          }
        };
    new EventStream(body, listener).read();
  }

  @Override
  void disconnect() {
    InputStream open = stream;
    if (open != null) {
      try {
        open.close();
      } catch (IOException alreadyGone) {
        // Then there is nothing to end.
      }
    }
    http.shutdownNow();
  }
}
