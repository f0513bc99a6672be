package ai.prismer.claw.channel.slack;

import com.slack.api.Slack;
import com.slack.api.socket_mode.impl.SocketModeClientJavaWSImpl;
import com.slack.api.socket_mode.queue.SocketModeMessageQueue;
import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of Socket Mode, on the SDK's client. When to make the next one is decided by
 * {@link SocketMode}: the SDK by itself tries every few seconds for ever, also with a token that is
 * wrong.
 */
final class Session implements AutoCloseable {
  private final Client client;
  private final CountDownLatch greeted = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean refresh;

  /**
   * Begins to connect.
   *
   * @param url that Slack gave for this connection
   * @param heard every message, by one thread
   */
  Session(Slack slack, String url, BiConsumer<Session, String> heard) throws URISyntaxException {
    this.client = new Client(slack, url);
    client.addWebSocketMessageListener(message -> heard.accept(this, message));
    client.addWebSocketCloseListener((_, _) -> over.countDown());
    client.addWebSocketErrorListener(_ -> {
      if (greeted.getCount() > 0) {
        over.countDown();
      }
    });
    client.connect();
  }

  /** Slack has said hello. */
  void greet() {
    greeted.countDown();
  }

  /** Whether it said so in time, and the connection is not over. */
  boolean awaitGreeting(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (over.getCount() > 0 && System.nanoTime() - end < 0) {
      if (greeted.await(100, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  /** Waits for the end; true if Slack asked for another connection in this one's place. */
  boolean awaitEnd() throws InterruptedException {
    over.await();
    return refresh;
  }

  /** Tells Slack that an envelope has arrived. */
  void acknowledge(String envelope) {
    try {
      client.sendWebSocketMessage("{\"envelope_id\":\"" + envelope + "\"}");
    } catch (WebsocketNotConnectedException gone) {
      // Slack sends it again, and the bus knows it then.
      over.countDown();
    }
  }

  @Override
  public void close() {
    over.countDown();
    try {
      client.close();
    } catch (IOException alreadyGone) {
      System.getLogger(Session.class.getName())
          .log(System.Logger.Level.DEBUG, "the end of a connection", alreadyGone);
    }
  }

  /** The SDK's, less its own reconnecting. */
  private final class Client extends SocketModeClientJavaWSImpl {
    Client(Slack slack, String url) throws URISyntaxException {
      super(slack, "", url, 1, new Waiting(), false, false, 0);
    }

    /** What the SDK does when Slack says {@code disconnect}. */
    @Override
    public void connectToNewEndpoint() {
      refresh = true;
      over.countDown();
    }
  }

  /** The SDK looks a hundred times a second; here it waits instead. */
  private static final class Waiting implements SocketModeMessageQueue {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    @Override
    public void add(String message) {
      messages.add(message);
    }

    @Override
    public @Nullable String poll() {
      try {
        return messages.poll(1, TimeUnit.SECONDS);
      } catch (InterruptedException ending) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
  }
}
