package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One open WebSocket: writes of one thread, reads handed on, and pings that notice a dead peer. */
final class WebSocketLink implements WebSocket.Listener, AutoCloseable {
  private static final Duration PING_EVERY = Duration.ofSeconds(20);
  private static final Duration SEND_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(500);

  /** Told of text as it comes. */
  interface Text {
    /**
     * A piece of a message.
     *
     * @return done when more may come
     */
    CompletableFuture<Void> received(CharSequence text, boolean last);
  }

  private final Text text;

  /** Done when the connection is over, with why. */
  private final CompletableFuture<String> over = new CompletableFuture<>();

  private volatile @Nullable WebSocket socket;
  private volatile long heardNanos = System.nanoTime();
  private long pingedNanos = System.nanoTime();

  WebSocketLink(Text text) {
    this.text = text;
  }

  void opened(WebSocket opened) {
    socket = opened;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    heardNanos = System.nanoTime();
    // Only then is more asked for: the runtime is read at the pace of the disk.
    return text.received(data, last)
        .whenComplete((_, failed) -> {
          if (failed != null) {
            over.complete(String.valueOf(failed.getMessage()));
          }
          from.request(1);
        });
  }

  @Override
  public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    heardNanos = System.nanoTime();
    from.request(1);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    over.complete("the runtime closed the connection, " + status + " " + reason);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    over.complete(String.valueOf(error.getMessage()));
  }

  /**
   * Waits for something to send.
   *
   * @throws IOException when the connection is over or the peer has fallen silent
   */
  <T> T awaitWork(BlockingQueue<T> work) throws IOException, InterruptedException {
    while (true) {
      check();
      T next = work.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        check();
        return next;
      }
    }
  }

  /**
   * Waits for something that came; null if nothing does within {@code limit}. What came before the
   * end is received before the end is noticed.
   *
   * @throws IOException as {@link #awaitWork}
   */
  <T> @Nullable T receive(BlockingQueue<T> arrived, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean ended = over.isDone();
      long left = deadline - System.nanoTime();
      T next = arrived.poll(ended ? 0 : Math.min(POLL.toNanos(), left), TimeUnit.NANOSECONDS);
      if (next != null) {
        return next;
      }
      if (ended) {
        throw new IOException(over.join());
      }
      if (left <= 0) {
        return null;
      }
      keepAlive();
    }
  }

  private void check() throws IOException {
    if (over.isDone()) {
      throw new IOException(over.join());
    }
    keepAlive();
  }

  private void keepAlive() throws IOException {
    long now = System.nanoTime();
    if (now - heardNanos > 3 * PING_EVERY.toNanos()) {
      throw new IOException("the runtime answers no ping");
    }
    if (now - pingedNanos > PING_EVERY.toNanos()) {
      pingedNanos = now;
      await(present().sendPing(ByteBuffer.allocate(0)));
    }
  }

  /** Sends a piece of a message; waits until it is written. */
  void send(CharSequence piece, boolean last) throws IOException {
    await(present().sendText(piece, last));
  }

  private WebSocket present() throws IOException {
    WebSocket open = socket;
    if (open == null) {
      throw new IOException("not connected");
    }
    return open;
  }

  private void await(CompletableFuture<WebSocket> write) throws IOException {
    try {
      // Either it is written, or the connection is over, or the runtime does not read.
      CompletableFuture.anyOf(write, over).get(SEND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (!write.isDone()) {
        throw new IOException(over.join());
      }
    } catch (ExecutionException | CompletionException failed) {
      throw new IOException(String.valueOf(failed.getCause()), failed);
    } catch (TimeoutException stuck) {
      throw new IOException("the runtime does not read", stuck);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", ending);
    }
  }

  /** Ends it without ceremony; the peer sees the socket close. */
  @Override
  public void close() {
    over.complete("closed by the bus");
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }
}
