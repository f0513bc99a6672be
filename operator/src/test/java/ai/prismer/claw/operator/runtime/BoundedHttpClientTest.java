package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BoundedHttpClientTest {
  private static final int PLACES = 2;
  private static final Duration WHILE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Server server = new Server();
  private final HttpClient client = new BoundedHttpClient(server, PLACES);

  static Stream<Consumer<CompletableFuture<?>>> ends() {
    return Stream.of(
        request -> request.complete(null),
        request -> request.completeExceptionally(new IOException("reset")),
        request -> request.cancel(true));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aRequestBeyondTheBoundIsSentWhenAnotherHasEnded(Consumer<CompletableFuture<?>> end) {
    send(client, PLACES + 1);
    await().during(WHILE).until(() -> server.requests.size() == PLACES);
    end.accept(server.requests.getFirst());
    await().until(() -> server.requests.size() == PLACES + 1);
  }

  @Test
  void whoStopsWaitingDoesNotEndTheRequest() {
    List<CompletableFuture<?>> answers = send(client, PLACES);
    await().until(() -> server.requests.size() == PLACES);
    answers.forEach(answer -> answer.cancel(true));
    send(client, 1);
    await().during(WHILE).until(() -> server.requests.size() == PLACES);
    assertThat(server.requests).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void whatCannotEvenBeSentFails() {
    client.close();
    for (CompletableFuture<?> answer : send(client, PLACES + 1)) {
      assertThat(answer)
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withCauseInstanceOf(IllegalStateException.class);
    }
    assertThat(client.isClosed()).isTrue();
  }

  @Test
  void derivedClientsHaveTheSamePlaces() {
    HttpClient derived = client.newBuilder().tag("other").build();
    send(client, PLACES);
    send(derived.newBuilder().build(), 1);
    await().during(WHILE).until(() -> server.requests.size() == PLACES);
  }

  @Test
  void whatLastsTakesNoPlace() {
    for (int stream = 0; stream <= PLACES; stream++) {
      var _ = client.consumeBytes(request(), (_, _) -> {});
    }
    send(client, PLACES);
    await().until(() -> server.requests.size() == PLACES);
    assertThat(server.streams).hasSize(PLACES + 1);
  }

  private static List<CompletableFuture<?>> send(HttpClient client, int requests) {
    return Stream.<CompletableFuture<?>>generate(() -> client.sendAsync(request(), String.class))
        .limit(requests)
        .toList();
  }

  private static HttpRequest request() {
    return new StandardHttpRequest.Builder().uri("https://server/").build();
  }

  /** Answers when the test says so. */
  private static final class Server implements HttpClient, HttpClient.DerivedClientBuilder {
    private final List<CompletableFuture<?>> requests = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<?>> streams = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, Class<T> type) {
      if (closed) {
        throw new IllegalStateException("closed");
      }
      CompletableFuture<HttpResponse<T>> answer = new CompletableFuture<>();
      requests.add(answer);
      return answer;
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytes(
        HttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
      CompletableFuture<HttpResponse<AsyncBody>> answer = new CompletableFuture<>();
      streams.add(answer);
      return answer;
    }

    @Override
    public DerivedClientBuilder newBuilder() {
      return this;
    }

    @Override
    public HttpClient build() {
      return this;
    }

    @Override
    public DerivedClientBuilder tag(Object tag) {
      return this;
    }

    @Override
    public DerivedClientBuilder addOrReplaceInterceptor(String name, Interceptor interceptor) {
      return this;
    }

    @Override
    public DerivedClientBuilder authenticatorNone() {
      return this;
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
      throw new UnsupportedOperationException("no test asks for it");
    }

    @Override
    public HttpRequest.Builder newHttpRequestBuilder() {
      throw new UnsupportedOperationException("no test asks for it");
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
