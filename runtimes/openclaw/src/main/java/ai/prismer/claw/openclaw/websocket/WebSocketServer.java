package ai.prismer.claw.openclaw.websocket;

import ai.prismer.claw.openclaw.config.Limits;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Accepts WebSockets.
 *
 * <p>Written for this gateway, because its heap is small and its port faces programs nobody vouches
 * for. What must hold: memory is bounded by the number of connections times the limits of one, and
 * both are small before a peer has authenticated; a peer that does not read, does not write, or
 * writes too much costs only its own connection; strangers cannot keep others out, because the
 * oldest of them makes room.
 */
public final class WebSocketServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WebSocketServer.class.getName());

  private final Limits limits;
  private final Greeter greeter;
  private final ConnectionObserver observer;
  private final ServerSocket server;
  private final ScheduledExecutorService deadlines;
  private final Set<Connection> connections = new LinkedHashSet<>();
  private final Future<?> ticking;
  private final Thread acceptor;

  /**
   * Binds and starts to accept.
   *
   * @throws IOException when the address cannot be bound
   */
  public WebSocketServer(
      InetSocketAddress address, Limits limits, Greeter greeter, ConnectionObserver observer)
      throws IOException {
    this.limits = limits;
    this.greeter = greeter;
    this.observer = observer;
    this.server = new ServerSocket();
    this.deadlines = deadlines();
    try {
      server.setReuseAddress(true);
      server.bind(address);
    } catch (IOException e) {
      server.close();
      deadlines.shutdownNow();
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
    long tick = limits.tick().toMillis();
    this.ticking = deadlines.scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.MILLISECONDS);
    this.acceptor = Thread.ofPlatform().daemon().name("websocket-acceptor").start(this::accept);
  }

  private static ScheduledExecutorService deadlines() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("websocket-deadlines").factory());
    executor.setRemoveOnCancelPolicy(true);
    // Once the server is closed its connections are cut, so a deadline for one has no use any more.
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    return executor;
  }

  /** The address listened on. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** Whether new peers are being accepted. */
  public boolean accepting() {
    return acceptor.isAlive() && !server.isClosed();
  }

  /** Closes every connection with a code, and waits a moment for the peers to take it. */
  public void closeAll(int code, String reason) throws InterruptedException {
    List<Connection> open = snapshot();
    open.forEach(connection -> connection.close(code, reason));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    synchronized (connections) {
      while (!connections.isEmpty() && System.nanoTime() < end) {
        connections.wait(50);
      }
    }
  }

  /** Stops accepting and cuts every connection. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "closing the port failed: " + e.getMessage());
    }
    ticking.cancel(false);
    deadlines.shutdownNow();
    snapshot().forEach(connection -> connection.drop("shutdown"));
  }

  private List<Connection> snapshot() {
    synchronized (connections) {
      return List.copyOf(connections);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        welcome(server.accept());
      } catch (IOException e) {
        if (!server.isClosed()) {
          // Out of file descriptors, for instance: going round at full speed would not help.
          LOG.log(Level.WARNING, "cannot accept a connection: " + e.getMessage());
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void welcome(Socket socket) throws IOException {
    Connection connection = new Connection(socket, limits, greeter, observer, deadlines);
    if (!admit(connection)) {
      observer.dropped("full");
      socket.close();
      return;
    }
    observer.opened();
    Future<?> due =
        deadlines.schedule(
            connection::authenticationDue,
            limits.authenticationTime().toMillis(),
            TimeUnit.MILLISECONDS);
    Thread.ofVirtual()
        .name("websocket-reader")
        .start(() -> {
          try {
            connection.run();
          } finally {
            due.cancel(false);
            forget(connection);
          }
        });
  }

  private boolean admit(Connection connection) {
    Optional<Connection> oldest = Optional.empty();
    synchronized (connections) {
      List<Connection> strangers = connections.stream().filter(c -> !c.isAuthenticated()).toList();
      boolean full = connections.size() >= limits.connections();
      if (full && strangers.isEmpty()) {
        return false;
      }
      if (full || strangers.size() >= limits.strangers()) {
        oldest = Optional.of(strangers.getFirst());
        connections.remove(strangers.getFirst());
      }
      connections.add(connection);
    }
    oldest.ifPresent(stranger -> stranger.drop("crowded out"));
    return true;
  }

  private void forget(Connection connection) {
    observer.closed();
    synchronized (connections) {
      connections.remove(connection);
      connections.notifyAll();
    }
  }

  private void tick() {
    for (Connection connection : snapshot()) {
      try {
        connection.tick();
      } catch (RuntimeException e) {
        // A scheduled task that throws is never run again; one connection must not do that.
        LOG.log(Level.ERROR, "a connection's tick failed", e);
      }
    }
  }
}
