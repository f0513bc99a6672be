package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.log.LineLogger;
import ai.prismer.claw.bus.loop.SelectionHandler;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Courier;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One channel: its socket, who came through it, and its two lanes.
 *
 * <p>The socket is the identity. It lies in a folder that only this channel's sidecar mounts, so
 * whoever comes through it is that sidecar, whatever it says. Of several connections the one that
 * registered last is the channel: a sidecar that reconnects must not wait until its former, dead
 * connection is noticed. Loop's thread.
 */
public final class ChannelEndpoint implements SelectionHandler {
  private static final System.Logger LOG = LineLogger.of(ChannelEndpoint.class);

  /** Connections of one channel at a time, registered or not. */
  private static final int MOST_CONNECTIONS = 8;

  private final ServerContext context;
  private final ChannelSettings settings;
  private final PeerCheck peers;
  private final BusLane inbound;
  private final BusLane outbound;

  private final Set<ClientSession> sessions = new LinkedHashSet<>();

  /** Outbound messages that the client has not answered for, by id. */
  private final Map<String, Long> unanswered = new HashMap<>();

  private final Map<String, Long> refusals = new TreeMap<>();
  private @Nullable ServerSocketChannel listener;
  private @Nullable Path address;
  private @Nullable ClientSession current;
  private String lastError = "";

  /** A channel whose socket is not open yet. */
  public ChannelEndpoint(
      ServerContext context,
      ChannelSettings settings,
      PeerCheck peers,
      BusLane inbound,
      BusLane outbound) {
    this.context = context;
    this.settings = settings;
    this.peers = peers;
    this.inbound = inbound;
    this.outbound = outbound;
  }

  ServerContext context() {
    return context;
  }

  /** As configured. */
  public ChannelSettings settings() {
    return settings;
  }

  /** Towards the runtime. */
  public BusLane inbound() {
    return inbound;
  }

  /** Towards the channel. */
  public BusLane outbound() {
    return outbound;
  }

  /** Opens the socket; what lies there from an earlier process is removed. */
  public void listen(Path socket) throws IOException {
    Path folder = socket.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.deleteIfExists(socket);
    ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    opened.bind(UnixDomainSocketAddress.of(socket), MOST_CONNECTIONS);
    // Its sidecar is another user; that nobody else gets here is what the mount is for.
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    context.loop().register(opened, SelectionKey.OP_ACCEPT, this);
    listener = opened;
    address = socket;
  }

  @Override
  public void ready() throws IOException {
    ServerSocketChannel open = listener;
    SocketChannel peer = open == null ? null : open.accept();
    if (peer == null) {
      return;
    }
    try {
      admit(peer);
    } catch (IOException gone) {
      peer.close();
    }
  }

  private void admit(SocketChannel peer) throws IOException {
    if (sessions.size() >= MOST_CONNECTIONS) {
      refused("connections");
      peer.close();
    } else if (!peers.admits(peer)) {
      refused("peer");
      LOG.log(System.Logger.Level.WARNING, "channel {0}: a peer of another user", settings.name());
      peer.close();
    } else {
      ClientSession session = new ClientSession(this, context.loop().nanos());
      session.open(
          new Connection(
              peer,
              context.loop(),
              context.readBuffer(),
              context.budget(),
              ServerContext.PART_BYTES,
              session));
      sessions.add(session);
    }
  }

  @Override
  public void failed(Exception reason) {
    // Out of file descriptors, most likely. The socket stays: the next one may find room.
    LOG.log(System.Logger.Level.WARNING, "channel {0}: {1}", settings.name(), reason.getMessage());
  }

  void registered(ClientSession session) {
    ClientSession former = current;
    current = session;
    if (former != null) {
      abandonDeliveries("the channel connected again");
      former.connection().close("replaced by a newer connection");
    }
    lastError = "";
    outbound.attach(new Courier(outbound, context.journal(), context.loop(), this::deliver));
    LOG.log(
        System.Logger.Level.INFO,
        "channel {0}: registered, protocol {1}",
        settings.name(),
        session.isOriginal() ? 1 : 2);
  }

  void closed(ClientSession session, String reason) {
    sessions.remove(session);
    if (session == current) {
      current = null;
      lastError = reason;
      outbound.detach();
      abandonDeliveries("the channel disconnected");
      LOG.log(System.Logger.Level.INFO, "channel {0}: gone, {1}", settings.name(), reason);
    }
  }

  private void abandonDeliveries(String reason) {
    List<Long> lost = List.copyOf(unanswered.values());
    unanswered.clear();
    lost.forEach(message -> outbound.failed(message, reason, true));
  }

  private void deliver(Outgoing outgoing) {
    ClientSession session = current;
    if (session == null) {
      outbound.unreached(outgoing.message());
      return;
    }
    unanswered.put(outgoing.envelope().id(), outgoing.message());
    session.deliver(outgoing);
  }

  /** The client answered for the message, or, of the original's, was sent it. */
  void delivered(String id) {
    Long message = unanswered.remove(id);
    if (message != null) {
      outbound.done(message);
    }
  }

  void refusedByClient(String id, String code, boolean retryable) {
    Long message = unanswered.remove(id);
    if (message != null) {
      String reason = "the channel answered " + (code.length() > 64 ? code.substring(0, 64) : code);
      outbound.failed(message, reason, retryable);
    }
  }

  /**
   * Shows the client a piece of an answer that is being made, if it can and wants to see it.
   *
   * @param offset characters (UTF-16) of the answer before this piece
   */
  public void streamDelta(String messageId, int offset, String text) {
    ClientSession session = current;
    if (session != null && !session.isOriginal()) {
      session
          .connection()
          .sendIfIdle(context.frames().streamDelta(settings.name(), messageId, offset, text));
    }
  }

  /** Something may have been committed, or the channel's backlog become shorter. */
  public void progress() {
    // Read before the lanes look: of what is committed meanwhile the next commit's call tells.
    long committed = context.committed();
    inbound.committed();
    outbound.committed();
    ClientSession session = current;
    if (session != null) {
      session.progress(false);
    }
    if (Math.max(inbound.lastAppended(), outbound.lastAppended()) > committed) {
      context.waitForCommit(this);
    }
  }

  /** Ends what lasts too long; once a second. */
  public void sweep() {
    List.copyOf(sessions).forEach(ClientSession::sweep);
    ClientSession session = current;
    if (session != null) {
      session.progress(true);
    }
  }

  void refused(String code) {
    refusals.merge(code, 1L, Long::sum);
  }

  /** Frames and connections that were refused, by code. */
  public Map<String, Long> refusals() {
    return refusals;
  }

  /** Whether a client has registered and is there. */
  public boolean isConnected() {
    return current != null;
  }

  /** Why there is none, if that is known; may be empty. */
  public String lastError() {
    return lastError;
  }

  /** {@code normal}, {@code degraded} or {@code blocked}. */
  public Pressure pressure() {
    ClientSession session = current;
    if (session != null && session.throttled()) {
      return Pressure.BLOCKED;
    }
    return inbound.owed() > settings.low() || outbound.owed() > settings.low()
        ? Pressure.DEGRADED
        : Pressure.NORMAL;
  }

  /** Takes no more connections and says good-bye to those that are there. */
  public void shutDown() {
    List.copyOf(sessions).forEach(ClientSession::shutDown);
    closeListener();
  }

  private void closeListener() {
    try {
      if (listener != null) {
        listener.close();
        listener = null;
      }
      if (address != null) {
        Files.deleteIfExists(address);
      }
    } catch (IOException alreadyGone) {
      LOG.log(System.Logger.Level.DEBUG, "closing a socket", alreadyGone);
    }
  }
}
