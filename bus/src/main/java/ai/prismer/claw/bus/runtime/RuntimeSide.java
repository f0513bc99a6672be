package ai.prismer.claw.bus.runtime;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.BridgeEvents;
import ai.prismer.claw.bus.bridge.SessionKey;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Courier;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.bus.server.ServerContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Between the channels' inbound lanes and the bridge: which turns are out, and how each ends.
 *
 * <p>A turn ends when the runtime has answered or acknowledged, when it has failed, or when nobody
 * knows. What then becomes of its message follows the runtime's capabilities only: a turn without
 * an outcome is tried again where a second send has the effect of one, and otherwise ends as
 * UNKNOWN, which the person is told. The answer stands in the journal before its question is
 * acknowledged there, so no crash can leave one without the other. Loop's thread, except {@link
 * BridgeEvents}.
 */
public final class RuntimeSide implements BridgeEvents {
  private final ServerContext context;
  private final EventLoop loop;
  private final Bridge bridge;
  private final Duration turnLimit;
  private final Map<String, ChannelEndpoint> channels;
  private final OpenTurns turns;
  private final TurnGate<Outgoing> gate;
  private final RuntimeIntake intake;
  private EventLoop.@Nullable Timer rate;
  private boolean up;

  /** Times that the lanes were attached; the loop's thread's. */
  private int attachments;

  private boolean draining;
  private long unknown;

  /**
   * @param turnLimit how long an answer may take
   */
  public RuntimeSide(
      ServerContext context,
      EventLoop loop,
      Bridge bridge,
      Duration turnLimit,
      List<ChannelEndpoint> channels,
      Replies replies) {
    this.context = context;
    this.loop = loop;
    this.bridge = bridge;
    this.turnLimit = turnLimit;
    this.channels = new HashMap<>();
    channels.forEach(channel -> this.channels.put(channel.settings().name(), channel));
    this.turns = new OpenTurns(this.channels.keySet());
    this.gate =
        new TurnGate<>(bridge.capabilities().maxInFlight(), bridge.capabilities().ratePerMinute());
    this.intake = new RuntimeIntake(context, this, this.channels, replies);
  }

  /** Begins to connect. */
  public void start() {
    bridge.start(this);
  }

  @Override
  public void up() {
    loop.execute(() -> {
      up = true;
      if (!draining) {
        attach();
      }
    });
  }

  private void attach() {
    int now = ++attachments;
    channels
        .values()
        .forEach(channel -> {
          BusLane lane = channel.inbound();
          lane.attach(
              new Courier(lane, context.journal(), loop, outgoing -> arrived(now, outgoing)));
        });
  }

  @Override
  public void down(String reason) {
    loop.execute(() -> {
      up = false;
      channels.values().forEach(channel -> channel.inbound().detach());
      intake.reset();
      gate.clear();
      turns.all().forEach(turn -> lost(turn.outgoing, reason));
    });
  }

  /** Begins no more turns, or begins them again; those that are out go on. */
  public void drain(boolean wanted) {
    draining = wanted;
    if (wanted) {
      channels.values().forEach(channel -> channel.inbound().detach());
    } else if (up) {
      attach();
    }
  }

  /**
   * What was still on its way when the runtime went and came again is on its way a second time: of
   * two attempts that are out at once, one would wait for the other for ever.
   */
  private void arrived(int attachment, Outgoing outgoing) {
    if (attachment == attachments) {
      begin(outgoing);
    }
  }

  private void begin(Outgoing outgoing) {
    if (!up || draining) {
      // Found out on the way here; not an attempt that the message should pay for with its life.
      turns.failedHarmlessly(outgoing);
      outgoing.lane().failed(outgoing.message(), "the runtime is away", true);
      return;
    }
    boolean fits = outgoing.body().length() <= bridge.capabilities().maxBytes();
    if (!fits && bridge.capabilities().envelopes()) {
      outgoing.lane().failed(outgoing.message(), "longer than the runtime takes", false);
      return;
    }
    // One that is not sent is in nobody's way.
    String session = fits ? session(outgoing) : OpenTurns.key(outgoing);
    EventLoop.Timer limit = loop.after(turnLimit, () -> overdue(outgoing));
    turns.add(new OpenTurns.Turn(outgoing, session, limit));
    if (!bridge.capabilities().idempotentSend() && turns.mayHaveHappened(outgoing)) {
      endUnknown(outgoing, "the bus was stopped while the agent worked on it");
      return;
    }
    if (!fits) {
      intake.say(outgoing, Replies.Kind.ERROR, "the message is longer than the agent takes");
      return;
    }
    gate.offer(session, outgoing);
    go();
  }

  /**
   * A runtime that reads envelopes sorts its turns itself; otherwise one at a time in a session.
   */
  private String session(Outgoing outgoing) {
    return bridge.capabilities().envelopes() ? OpenTurns.key(outgoing) : SessionKey.of(outgoing);
  }

  private void go() {
    for (Outgoing next = gate.next(loop.nanos()); next != null; next = gate.next(loop.nanos())) {
      turns.begun(next);
      bridge.send(next);
    }
    long wait = gate.waitNanos(loop.nanos());
    if (wait > 0 && rate == null && !gate.isEmpty()) {
      rate =
          loop.after(
              Duration.ofNanos(wait),
              () -> {
                rate = null;
                go();
              });
    }
  }

  /** A turn that can be ended is: another attempt would only wait for the same run again. */
  private void overdue(Outgoing outgoing) {
    String reason = "no answer within " + turnLimit.toSeconds() + " s";
    if (bridge.capabilities().abort()) {
      bridge.abort(outgoing);
      intake.say(outgoing, Replies.Kind.ERROR, reason);
    } else {
      lost(outgoing, reason);
    }
  }

  private void lost(Outgoing outgoing, String reason) {
    OpenTurns.Turn turn = turns.find(outgoing);
    boolean never = turn == null || !turn.begun || !bridge.mayHaveSent(outgoing);
    if (never) {
      fail(outgoing, reason, true);
    } else if (bridge.capabilities().idempotentSend()) {
      // To this runtime a second send is harmless; the one that comes back may be another.
      retry(outgoing, reason);
    } else {
      endUnknown(outgoing, reason);
    }
  }

  /** Takes the turn off the list; false if it is over already. */
  private boolean over(Outgoing outgoing) {
    OpenTurns.Turn turn = turns.remove(outgoing);
    if (turn != null) {
      gate.over(turn.session, turn.outgoing);
    }
    return turn != null;
  }

  private void fail(Outgoing outgoing, String reason, boolean retryable) {
    if (over(outgoing)) {
      turns.failedHarmlessly(outgoing);
      outgoing.lane().failed(outgoing.message(), reason, retryable);
      go();
    }
  }

  private void retry(Outgoing outgoing, String reason) {
    if (over(outgoing)) {
      turns.lost(outgoing);
      outgoing.lane().failed(outgoing.message(), reason, true);
      go();
    }
  }

  private void endUnknown(Outgoing outgoing, String reason) {
    if (turns.find(outgoing) != null) {
      unknown++;
      intake.say(outgoing, Replies.Kind.UNKNOWN, reason);
    }
  }

  /** The message named by {@code id} of the channel was answered for. */
  void done(String channel, String id) {
    OpenTurns.Turn turn = turns.find(channel, id);
    if (turn != null && over(turn.outgoing)) {
      turn.outgoing.lane().done(turn.outgoing.message());
      go();
    }
  }

  @Override
  public CompletableFuture<Void> frame(ByteBuffer bytes, boolean first, boolean last) {
    CompletableFuture<Void> taken = new CompletableFuture<>();
    loop.execute(() -> intake.take(bytes, first, last, taken));
    return taken;
  }

  @Override
  public void acknowledged(Outgoing turn) {
    loop.execute(() -> done(turn.lane().channel(), turn.envelope().id()));
  }

  @Override
  public void delta(Outgoing outgoing, String text) {
    loop.execute(() -> {
      ChannelEndpoint channel = channels.get(outgoing.lane().channel());
      OpenTurns.Turn turn = turns.find(outgoing);
      if (channel != null && turn != null) {
        channel.streamDelta(outgoing.envelope().id(), turn.shown, text);
        turn.shown += text.length();
      }
    });
  }

  @Override
  public void answered(Outgoing turn, String text) {
    loop.execute(() -> {
      if (turns.find(turn) != null) {
        intake.say(turn, Replies.Kind.ANSWER, text);
      }
    });
  }

  @Override
  public void erred(Outgoing turn, String reason) {
    loop.execute(() -> {
      if (turns.find(turn) != null) {
        intake.say(turn, Replies.Kind.ERROR, reason);
      }
    });
  }

  @Override
  public void failed(Outgoing turn, String reason, boolean retryable) {
    loop.execute(() -> fail(turn, reason, retryable));
  }

  @Override
  public void unknown(Outgoing turn, String reason) {
    loop.execute(() -> lost(turn, reason));
  }

  /** The turns that are out. */
  OpenTurns turns() {
    return turns;
  }

  /** How many turns are out. */
  public int inFlight() {
    return turns.size();
  }

  /** Turns of which nobody knows whether they had an effect, since the start. */
  public long unknownCount() {
    return unknown;
  }

  /** Frames of the runtime that were refused, by code. */
  public Map<String, Long> refusals() {
    return intake.refusals();
  }

  /** Whether the runtime can be talked to. */
  public boolean isUp() {
    return up;
  }

  /** Ends the bridge. */
  public void close() {
    bridge.close();
  }
}
