package ai.prismer.claw.bus.runtime;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.BridgeEvents;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Courier;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.bus.server.ServerContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Whether there is a runtime to deliver to: the channels' inbound lanes are attached while it can
 * be talked to and nothing is being drained, and at no other time. What becomes of what they
 * deliver is {@link TurnLifecycle}'s.
 *
 * <p>A drain holds back what has not begun; the turns that are out go on, through the drain and
 * beyond it, and so do those on connections of their own when the runtime lets in no more. Only a
 * connection that is lost loses them.
 *
 * <p>What the bridge says, on threads of its own, is brought to the loop here. Loop's thread,
 * except {@link BridgeEvents}.
 */
public final class RuntimeSide implements BridgeEvents {
  private final ServerContext context;
  private final EventLoop loop;
  private final Bridge bridge;
  private final List<ChannelEndpoint> channels;
  private final TurnLifecycle turns;
  private boolean up;
  private boolean draining;

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
    this.channels = List.copyOf(channels);
    this.turns = new TurnLifecycle(context, loop, bridge, turnLimit, channels, replies);
  }

  /** Begins to connect. */
  public void start() {
    bridge.start(this);
  }

  /** Begins no more turns, or begins them again; those that are out go on. */
  public void drain(boolean wanted) {
    draining = wanted;
    attach();
    if (wanted) {
      turns.putBackWaiting();
    }
  }

  private void attach() {
    for (ChannelEndpoint channel : channels) {
      BusLane lane = channel.inbound();
      if (up && !draining) {
        lane.attach(new Courier(lane, context.journal(), loop, turns::begin));
      } else {
        lane.detach();
      }
    }
  }

  @Override
  public void up() {
    loop.execute(() -> {
      up = true;
      attach();
    });
  }

  @Override
  public void down(String reason) {
    loop.execute(() -> {
      up = false;
      attach();
      turns.disconnected(reason);
    });
  }

  @Override
  public void away() {
    loop.execute(() -> {
      up = false;
      attach();
      turns.putBackWaiting();
    });
  }

  @Override
  public CompletableFuture<Void> frame(ByteBuffer bytes, boolean first, boolean last) {
    CompletableFuture<Void> taken = new CompletableFuture<>();
    loop.execute(() -> turns.intake().take(bytes, first, last, taken));
    return taken;
  }

  @Override
  public void acknowledged(Outgoing turn) {
    loop.execute(() -> turns.done(turn.lane().channel(), turn.envelope().id()));
  }

  @Override
  public void delta(Outgoing turn, String text) {
    loop.execute(() -> turns.delta(turn, text));
  }

  @Override
  public void answered(Outgoing turn, String text) {
    loop.execute(() -> turns.tell(turn, Replies.Kind.ANSWER, text));
  }

  @Override
  public void erred(Outgoing turn, String reason) {
    loop.execute(() -> turns.tell(turn, Replies.Kind.ERROR, reason));
  }

  @Override
  public void failed(Outgoing turn, String reason, boolean retryable) {
    loop.execute(() -> turns.failed(turn, reason, retryable));
  }

  @Override
  public void unreached(Outgoing turn) {
    loop.execute(() -> turns.unreached(turn));
  }

  @Override
  public void unknown(Outgoing turn, String reason) {
    loop.execute(() -> turns.lost(turn, reason));
  }

  /** How many turns are out. */
  public int inFlight() {
    return turns.inFlight();
  }

  /** Turns of which nobody knows whether they had an effect, since the start. */
  public long unknownCount() {
    return turns.unknownCount();
  }

  /** Frames of the runtime that were refused, by code. */
  public Map<String, Long> refusals() {
    return turns.intake().refusals();
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
