package ai.prismer.claw.openclaw.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One streamed request, done from start to end on the calling thread.
 *
 * <p>The transport that comes with langchain4j streams on threads of its own and hands out a handle
 * to cancel with only once the first piece of text has arrived, so a model that is silent could not
 * be stopped. Here the call blocks, and interrupting the thread closes the connection in whatever
 * phase it is: connecting, waiting for the status line, reading. The transport also keeps what the
 * library drops and an error message needs (status, {@code Retry-After}), and bounds what an
 * endpoint can make the gateway hold in memory.
 *
 * <p>Used for one request and then thrown away; not thread-safe.
 */
final class InterruptibleHttp implements HttpClient {
  /** Bytes of an answer. The library reads whole lines, so this bounds a line too. */
  private static final int ANSWER_LIMIT = 8 * 1024 * 1024;

  private static final int ERROR_LIMIT = 16 * 1024;

  private final java.net.http.HttpClient client;
  private final ModelListener listener;

  private int status;
  private String errorBody = "";
  private Optional<Duration> retryAfter = Optional.empty();
  private @Nullable IOException broken;
  private boolean interrupted;

  /** Prepares a request. */
  InterruptibleHttp(java.net.http.HttpClient client, ModelListener listener) {
    this.client = client;
    this.listener = listener;
  }

  /** HTTP status, or 0 when there was none. */
  int status() {
    return status;
  }

  /** Beginning of the body of an error. */
  String errorBody() {
    return errorBody;
  }

  /** How long the endpoint asked to wait. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** What went wrong with the connection, if anything did. */
  @Nullable IOException broken() {
    return broken;
  }

  /** Whether the thread was interrupted. The interrupt is consumed. */
  boolean interrupted() {
    return interrupted;
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    throw new UnsupportedOperationException("the gateway only streams");
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener events) {
    try {
      HttpResponse<InputStream> response =
          client.send(translate(request), BodyHandlers.ofInputStream());
      listener.alive();
      try (InputStream body = new Metered(response.body())) {
        receive(response, body, parser, events);
      }
    } catch (InterruptedException e) {
      interrupted = true;
      events.onError(e);
    } catch (IOException e) {
      note(e);
      events.onError(e);
    }
  }

  private void receive(
      HttpResponse<InputStream> response,
      InputStream body,
      ServerSentEventParser parser,
      ServerSentEventListener events)
      throws IOException {
    status = response.statusCode();
    if (status < 200 || status > 299) {
      retryAfter = response.headers().firstValue("Retry-After").flatMap(InterruptibleHttp::seconds);
      errorBody = new String(body.readNBytes(ERROR_LIMIT), UTF_8);
      events.onError(new HttpException(status, errorBody));
      return;
    }
    events.onOpen(
        SuccessfulHttpResponse.builder()
            .statusCode(status)
            .headers(response.headers().map())
            .build());
    parser.parse(body, events);
    if (broken == null) {
      events.onClose();
    }
  }

  /** A read that was interrupted arrives as an {@code IOException} with the flag set again. */
  private void note(IOException e) {
    if (Thread.interrupted()) {
      interrupted = true;
    } else if (broken == null) {
      broken = e;
    }
  }

  private java.net.http.HttpRequest translate(HttpRequest request) {
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
            .method(request.method().name(), BodyPublishers.ofString(request.body()));
    request
        .headers()
        .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    return builder.build();
  }

  private static Optional<Duration> seconds(String retryAfter) {
    try {
      return Optional.of(Duration.ofSeconds(Long.parseUnsignedLong(retryAfter.strip())));
    } catch (NumberFormatException | ArithmeticException e) {
      // The other form, a date, is not used by model endpoints.
      return Optional.empty();
    }
  }

  /** Counts the body, tells the listener of every read, and remembers the failure of one. */
  private final class Metered extends FilterInputStream {
    private int count;

    Metered(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        int n = super.read(buffer, offset, length);
        listener.alive();
        count += Math.max(n, 0);
        if (count > ANSWER_LIMIT) {
          throw new IOException("the answer is longer than " + ANSWER_LIMIT + " bytes");
        }
        return n;
      } catch (IOException e) {
        note(e);
        throw e;
      }
    }
  }

  /**
   * Hands one transport to a model. The library's timeouts are not taken over: they end at the
   * status line, while the turn watches the whole answer and interrupts.
   */
  record Builder(InterruptibleHttp transport) implements HttpClientBuilder {
    @Override
    public Duration connectTimeout() {
      return Duration.ZERO;
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration ignored) {
      return this;
    }

    @Override
    public Duration readTimeout() {
      return Duration.ZERO;
    }

    @Override
    public HttpClientBuilder readTimeout(Duration ignored) {
      return this;
    }

    @Override
    public HttpClient build() {
      return transport;
    }
  }
}
