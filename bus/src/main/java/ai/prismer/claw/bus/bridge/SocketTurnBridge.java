package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;

/**
 * A turn as one WebSocket in its session. The frames of these runtimes name no turn, so what tells
 * whose answer it is, is the socket that it comes on; and the next turn of a session begins when
 * the socket of the one before is gone. The runtime keeps the conversation.
 *
 * <p>One more socket, on which nothing is said, watches whether the runtime is there and knows the
 * token. A turn whose question was not sent when its connection broke has had no effect.
 */
abstract class SocketTurnBridge extends ReconnectingBridge {
  /** Names the session of the watching socket; no conversation has such a key. */
  private static final String WATCH = "k8s:watch";

  /** How long a turn that was ended may take to leave. */
  private static final Duration LEAVE = Duration.ofSeconds(5);

  private final URI address;
  private final WebSocketDialer dialer;
  private final TurnThreads running = new TurnThreads();
  private final Map<String, Thread> latest = new ConcurrentHashMap<>();

  private final UnaskedTurns unasked = new UnaskedTurns();

  /**
   * @param address a {@code ws} address, to whose query the session is added
   */
  SocketTurnBridge(String name, URI address, Token token, RandomGenerator random) {
    super(name, random);
    this.address = address;
    this.dialer = new WebSocketDialer(address, token);
  }

  /**
   * Asks the question and reads until the turn is over, of which the bus is then told.
   *
   * @throws InterruptedException when the turn is to be ended
   */
  abstract void talk(Outgoing turn, String question, TurnSocket socket)
      throws IOException, InterruptedException;

  private URI at(String session) {
    return URI.create(
        address + (address.getRawQuery() == null ? "?" : "&") + "session_id=" + session);
  }

  @Override
  void serve(BridgeEvents events) throws IOException, InterruptedException {
    try (WebSocketLink watch = dialer.dial(at(WATCH), (_, _) -> PartCutter.done())) {
      connected();
      // Nothing is ever sent: this ends with the connection.
      watch.awaitWork(new LinkedBlockingQueue<Void>());
    }
  }

  /** A turn may be on a socket of the runtime that came after the one whose end is noticed now. */
  @Override
  void over(String reason) {
    events().away();
  }

  @Override
  public void send(Outgoing turn) {
    unasked.add(TurnThreads.key(turn), turn.serial());
    running.start(turn, () -> run(turn));
  }

  @Override
  public boolean mayHaveSent(Outgoing turn) {
    return !take(turn);
  }

  @Override
  public void abort(Outgoing turn) {
    var _ = take(turn);
    running.interrupt(turn);
  }

  private void run(Outgoing turn) {
    Optional<String> question = Question.of(turn, events());
    if (question.isEmpty()) {
      var _ = take(turn);
      return;
    }
    String session = SessionKey.of(turn);
    Thread former = latest.put(session, Thread.currentThread());
    try {
      if (former != null) {
        former.join(LEAVE);
      }
      try (TurnSocket socket = TurnSocket.open(dialer, at(session), () -> take(turn))) {
        on(socket, turn, question.get());
      }
    } catch (IOException unasked) {
      if (!Thread.currentThread().isInterrupted()) {
        notAsked(turn, unasked);
      }
    } catch (InterruptedException ended) {
      // Whoever ended it has said so.
    } finally {
      latest.remove(session, Thread.currentThread());
    }
  }

  private void notAsked(Outgoing turn, IOException failure) {
    if (NoConnection.isCause(failure)) {
      // The watch may notice later.
      events().unreached(turn);
    } else {
      events().failed(turn, String.valueOf(failure.getMessage()), true);
    }
  }

  private boolean take(Outgoing turn) {
    return unasked.take(TurnThreads.key(turn), turn.serial());
  }

  private void on(TurnSocket socket, Outgoing turn, String question)
      throws IOException, InterruptedException {
    try {
      talk(turn, question, socket);
    } catch (IOException broken) {
      if (!socket.asked()) {
        throw broken;
      }
      if (!Thread.currentThread().isInterrupted()) {
        events().unknown(turn, "the connection broke");
      }
    }
  }

  @Override
  void disconnect() {
    running.interruptAll();
  }
}
