package ai.prismer.claw.operator.runtime;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * An HTTP client that has so many requests under way at once and no more; the others wait, each on
 * a virtual thread, and whoever waits longest is next.
 *
 * <p>An API server takes 100 streams on one HTTP/2 connection, all requests of one client go
 * through one connection, and the JDK's client refuses what comes beyond the 100 instead of letting
 * it wait (JDK-8225647). So the bound is here, where every request passes, whoever sends it.
 *
 * <p>A request has its place from before it is sent until its whole answer has been read or it has
 * failed, its retries included. {@link #consumeBytes} hands out an answer while it still comes:
 * watches and logs that are followed, which last for minutes. They have no place, or they would
 * keep the requests out; what the bound leaves of the connection is theirs. Watches and executions
 * over WebSocket have connections of their own.
 *
 * <p>Whoever stops waiting for an answer frees no place by that: it is the request that occupies
 * the connection, until it ends or its timeout ends it. Thread-safe.
 */
final class BoundedHttpClient implements HttpClient {

  private final HttpClient client;
  private final Semaphore places;

  /**
   * Bounds a client and all that are derived from it together.
   *
   * @param places how many requests there may be at once
   */
  BoundedHttpClient(HttpClient client, int places) {
    this(client, new Semaphore(places, true));
  }

  private BoundedHttpClient(HttpClient client, Semaphore places) {
    this.client = client;
    this.places = places;
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, Class<T> type) {
    return CompletableFuture.runAsync(places::acquireUninterruptibly, Thread::startVirtualThread)
        .thenCompose(_ -> client.sendAsync(request, type))
        .whenComplete((_, _) -> places.release());
  }

  @Override
  public CompletableFuture<HttpResponse<AsyncBody>> consumeBytes(
      HttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    return client.consumeBytes(request, consumer);
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return client.newWebSocketBuilder();
  }

  @Override
  public HttpRequest.Builder newHttpRequestBuilder() {
    return client.newHttpRequestBuilder();
  }

  @Override
  public DerivedClientBuilder newBuilder() {
    return new Derived(client.newBuilder(), places);
  }

  @Override
  public boolean isClosed() {
    return client.isClosed();
  }

  @Override
  public void close() {
    client.close();
  }

  /** A client that differs in its settings and has the same connection, hence the same places. */
  private record Derived(DerivedClientBuilder builder, Semaphore places)
      implements DerivedClientBuilder {

    @Override
    public HttpClient build() {
      return new BoundedHttpClient(builder.build(), places);
    }

    @Override
    public DerivedClientBuilder addOrReplaceInterceptor(String name, Interceptor interceptor) {
      builder.addOrReplaceInterceptor(name, interceptor);
      return this;
    }

    @Override
    public DerivedClientBuilder authenticatorNone() {
      builder.authenticatorNone();
      return this;
    }

    @Override
    public DerivedClientBuilder tag(Object tag) {
      builder.tag(tag);
      return this;
    }
  }
}
