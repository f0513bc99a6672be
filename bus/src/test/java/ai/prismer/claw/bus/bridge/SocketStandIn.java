package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A runtime that is talked to over WebSockets, one a session. */
abstract class SocketStandIn implements StandIn {
  private static final int SWITCHING = 101;
  private static final int UNAUTHORIZED = 401;

  final ScriptedAgent agent;

  /** Questions that came while their session was busy: the first one's answer is all there is. */
  final CopyOnWriteArrayList<String> steered = new CopyOnWriteArrayList<>();

  /** Requests of all connections that were let in. */
  final CopyOnWriteArrayList<String> requests = new CopyOnWriteArrayList<>();

  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger strangers = new AtomicInteger();
  private final Set<WebSocketRuntime.Peer> peers = ConcurrentHashMap.newKeySet();
  private final Set<Thread> turns = ConcurrentHashMap.newKeySet();
  private int port;
  private volatile @Nullable WebSocketRuntime listener;
  private @Nullable Thread acceptor;

  SocketStandIn(ScriptedAgent agent) {
    this.agent = agent;
  }

  /** What a request whose token is right is answered with. */
  abstract int verdict(String session);

  /** Serves a connection until it ends. */
  abstract void serve(WebSocketRuntime.Peer peer, String session) throws Exception;

  final URI address(String path) {
    return URI.create("ws://127.0.0.1:" + port + path);
  }

  @Override
  public final void start() throws IOException {
    WebSocketRuntime opened = new WebSocketRuntime(port);
    port = opened.address().getPort();
    listener = opened;
    acceptor = Thread.ofVirtual().start(() -> accept(opened));
  }

  private void accept(WebSocketRuntime opened) {
    while (listener == opened) {
      try {
        WebSocketRuntime.Peer peer = opened.accept(this::judge);
        if (peer != null) {
          peers.add(peer);
          if (listener != opened) {
            peer.close();
          }
          requests.add(peer.request);
          Thread.ofVirtual().start(() -> attend(peer));
        }
      } catch (Exception gone) {
        // Either nobody is let in any more, or one has left in the middle: a turn that was ended.
      }
    }
  }

  private int judge(String request) {
    if (!request.contains("Authorization: Bearer right\r\n")) {
      strangers.incrementAndGet();
      return UNAUTHORIZED;
    }
    return isWatch(session(request)) ? SWITCHING : verdict(session(request));
  }

  private static boolean isWatch(String session) {
    return session.equals("k8s:watch");
  }

  private static String session(String request) {
    return request.split("session_id=", -1)[1].split("[& ]", -1)[0];
  }

  private void attend(WebSocketRuntime.Peer peer) {
    try (peer) {
      if (isWatch(session(peer.request))) {
        String said = peer.take();
        if (said != null) {
          agent.turns.add(new ScriptedAgent.Turn("watch", said));
        }
      } else {
        serve(peer, session(peer.request));
      }
    } catch (Exception gone) {
      // The bridge sees its connection break.
    } finally {
      peers.remove(peer);
    }
  }

  /** Ends the connection on which nothing is said. */
  final void leaveWatch() throws IOException {
    for (WebSocketRuntime.Peer peer : peers) {
      if (isWatch(session(peer.request))) {
        peer.close();
      }
    }
  }

  /** Whether this is one of those that are refused. */
  final boolean refuses() {
    return refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  final Thread work(Runnable turn) {
    Thread thread =
        Thread.ofVirtual()
            .unstarted(() -> {
              try {
                turn.run();
              } finally {
                turns.remove(Thread.currentThread());
              }
            });
    turns.add(thread);
    thread.start();
    return thread;
  }

  @Override
  public final void refuse(int times) {
    refusals.set(times);
  }

  @Override
  public final int strangers() {
    return strangers.get();
  }

  @Override
  public final void deafen() throws IOException {
    WebSocketRuntime open = listener;
    listener = null;
    if (open != null) {
      open.close();
    }
    leave();
  }

  @Override
  public final void kill() throws IOException {
    deafen();
    for (WebSocketRuntime.Peer peer : peers) {
      peer.close();
    }
    turns.forEach(Thread::interrupt);
  }

  /** The port is free when nobody waits at it any more. */
  private void leave() throws IOException {
    Thread waiting = acceptor;
    try {
      if (waiting != null) {
        waiting.join();
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      throw new IOException(hurry);
    }
  }

  @Override
  public final void close() throws IOException {
    kill();
  }
}
