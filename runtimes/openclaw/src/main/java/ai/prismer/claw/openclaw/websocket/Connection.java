package ai.prismer.claw.openclaw.websocket;

import ai.prismer.claw.openclaw.config.Limits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One peer's WebSocket: one virtual thread reads it and one writes it.
 *
 * <p>A peer is a stranger until {@link #authenticated} is called: its messages are small, its time
 * is short. Whoever ends the connection, a close frame goes out first, then this side stops writing
 * and reads on for a moment. Closing at once would make the kernel answer unread input with a
 * reset, and the peer would never see why it was closed.
 *
 * <p>{@link #send} and {@link #close} may be called from any thread and never block.
 */
public final class Connection {
  private static final Logger LOG = System.getLogger(Connection.class.getName());
  private static final Duration LINGER = Duration.ofSeconds(2);

  private final Socket socket;
  private final Limits limits;
  private final Greeter greeter;
  private final ConnectionObserver observer;
  private final ScheduledExecutorService deadlines;
  private final SendQueue queue;
  private final AtomicBoolean ending = new AtomicBoolean();
  private volatile boolean upgraded;
  private volatile boolean authenticated;
  private volatile long lastHeard = System.nanoTime();
  private volatile @Nullable Handler handler;
  private volatile @Nullable Future<?> lingering;

  Connection(
      Socket socket,
      Limits limits,
      Greeter greeter,
      ConnectionObserver observer,
      ScheduledExecutorService deadlines) {
    this.socket = socket;
    this.limits = limits;
    this.greeter = greeter;
    this.observer = observer;
    this.deadlines = deadlines;
    this.queue = new SendQueue(limits.sendBuffer());
  }

  /** Lifts the limits for strangers. */
  public void authenticated() {
    authenticated = true;
  }

  boolean isAuthenticated() {
    return authenticated;
  }

  /** Queues a message; it is lost when the connection is closing. */
  public void send(String text) {
    if (queue.offer(FrameWriter.text(text)) == SendQueue.Offer.FULL) {
      drop("slow");
    }
  }

  /**
   * Closes after everything queued was sent; the peer has two seconds to take it.
   *
   * @param reason for the peer; ASCII, cut at 123 characters
   */
  public void close(int code, String reason) {
    if (queue.end(FrameWriter.close(code, reason))) {
      if (code == CloseCode.POLICY_VIOLATION) {
        count("policy");
      }
      ending.set(true);
      lingering = deadlines.schedule(this::cut, LINGER.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Ends the connection at once and says why in the metrics. */
  void drop(String reason) {
    count(reason);
    cut();
  }

  /** Only the first reason counts; what follows are its consequences. */
  private void count(String reason) {
    if (ending.compareAndSet(false, true)) {
      observer.dropped(reason);
    }
  }

  /** Called when a stranger has had time enough. */
  void authenticationDue() {
    if (authenticated) {
      return;
    }
    if (upgraded) {
      close(CloseCode.POLICY_VIOLATION, "not authenticated in time");
    } else {
      drop("no request");
    }
  }

  /** Asks for a sign of life; a peer that has given none for three rounds is gone. */
  void tick() {
    if (!upgraded) {
      return;
    }
    if (System.nanoTime() - lastHeard > limits.tick().multipliedBy(3).toNanos()) {
      drop("silent");
      return;
    }
    queue.offer(FrameWriter.ping());
    Handler current = handler;
    if (current != null && authenticated) {
      current.tick();
    }
  }

  /** Serves the peer until it is gone. */
  void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      try {
        Upgrade upgrade = Handshake.read(in);
        serve(in, upgrade, greeter.greet(this, upgrade));
      } catch (Refusal refusal) {
        refuse(in, refusal);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "connection ended: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      queue.clear();
      Future<?> pending = lingering;
      if (pending != null) {
        pending.cancel(false);
      }
      Handler current = handler;
      if (current != null) {
        current.closed();
      }
    }
  }

  private void serve(InputStream in, Upgrade upgrade, Handler current)
      throws IOException, InterruptedException {
    handler = current;
    socket.getOutputStream().write(Handshake.accept(upgrade));
    upgraded = true;
    Thread writer = Thread.ofVirtual().name("websocket-writer").start(this::write);
    current.opened();
    receive(new FrameReader(in), current);
    writer.join(LINGER);
    linger(in);
  }

  private void receive(FrameReader frames, Handler current) throws IOException {
    try {
      while (true) {
        Incoming incoming = frames.next(authenticated ? limits.frame() : limits.strangerFrame());
        lastHeard = System.nanoTime();
        switch (incoming) {
          case Incoming.Text text -> current.text(text.text());
          case Incoming.Ping ping -> queue.offer(FrameWriter.pong(ping.payload()));
          case Incoming.Pong pong -> {}
          case Incoming.Close close -> {
            close(close.code(), "");
            return;
          }
        }
      }
    } catch (ProtocolViolation violation) {
      count(violation.code() == CloseCode.TOO_BIG ? "oversize" : "protocol");
      close(violation.code(), violation.reason());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a message could not be handled; its connection is closed", e);
      close(CloseCode.INTERNAL_ERROR, "internal error");
    }
  }

  private void write() {
    try {
      OutputStream out = socket.getOutputStream();
      queue.drainTo(out);
      socket.shutdownOutput();
    } catch (IOException e) {
      cut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads and forgets until the peer has closed its side too, or the time is over. */
  private void linger(InputStream in) throws IOException {
    socket.setSoTimeout((int) LINGER.toMillis());
    byte[] waste = new byte[8192];
    long end = System.nanoTime() + LINGER.toNanos();
    while (in.read(waste) >= 0 && System.nanoTime() < end) {
      // Nothing to do: the peer's close frame, or the rest of a message that was too long.
    }
  }

  private void refuse(InputStream in, Refusal refusal) throws IOException {
    count("refused");
    socket.getOutputStream().write(Handshake.refuse(refusal));
    socket.shutdownOutput();
    linger(in);
  }

  private void cut() {
    queue.clear();
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "closing failed: " + e.getMessage());
    }
  }
}
