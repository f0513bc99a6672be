package ai.prismer.claw.bus.runtime;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.SessionKey;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.bus.server.ServerContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a turn, from the delivery of its message until that is answered for.
 *
 * <p>A turn waits until its session and the runtime have room, is given to the bridge, and ends
 * when the runtime has answered or acknowledged, when it has failed, or when nobody knows. What
 * then becomes of its message follows the runtime's capabilities only: a turn without an outcome is
 * tried again where a second send has the effect of one, and otherwise ends as UNKNOWN, which the
 * person is told. The answer stands in the journal before its question is acknowledged there, so no
 * crash can leave one without the other. Loop's thread.
 */
final class TurnLifecycle {
  private final EventLoop loop;
  private final Bridge bridge;
  private final Duration turnLimit;
  private final Map<String, ChannelEndpoint> channels = new HashMap<>();
  private final OpenTurns turns;
  private final TurnGate<Outgoing> gate;
  private final RuntimeIntake intake;
  private EventLoop.@Nullable Timer rate;
  private long unknown;

  /**
   * @param turnLimit how long an answer may take
   */
  TurnLifecycle(
      ServerContext context,
      EventLoop loop,
      Bridge bridge,
      Duration turnLimit,
      List<ChannelEndpoint> channels,
      Replies replies) {
    this.loop = loop;
    this.bridge = bridge;
    this.turnLimit = turnLimit;
    channels.forEach(channel -> this.channels.put(channel.settings().name(), channel));
    this.turns = new OpenTurns(this.channels.keySet());
    this.gate =
        new TurnGate<>(bridge.capabilities().maxInFlight(), bridge.capabilities().ratePerMinute());
    this.intake = new RuntimeIntake(context, this, this.channels, replies);
  }

  /** Begins the turn of a message that was delivered. */
  void begin(Outgoing outgoing) {
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

  /** What waits for its session or for room goes back to its lane: no attempt was made. */
  void putBackWaiting() {
    for (Outgoing waiting : gate.withdraw()) {
      if (turns.remove(waiting) != null) {
        waiting.lane().unreached(waiting.message());
      }
    }
  }

  /** The connection is gone, and with it what every turn that is out was waiting for. */
  void disconnected(String reason) {
    intake.reset();
    gate.clear();
    for (OpenTurns.Turn turn : turns.all()) {
      if (wasSent(turn)) {
        endWithoutOutcome(turn.outgoing, reason);
      } else {
        unreached(turn.outgoing);
      }
    }
  }

  /** Nobody knows what became of the turn, unless it was never sent. */
  void lost(Outgoing outgoing, String reason) {
    OpenTurns.Turn turn = turns.find(outgoing);
    if (turn != null && wasSent(turn)) {
      endWithoutOutcome(outgoing, reason);
    } else {
      failed(outgoing, reason, true);
    }
  }

  /** Whether it may have been; if not, it is not sent any more either. */
  private boolean wasSent(OpenTurns.Turn turn) {
    return turn.begun && bridge.mayHaveSent(turn.outgoing);
  }

  private void endWithoutOutcome(Outgoing outgoing, String reason) {
    if (bridge.capabilities().idempotentSend()) {
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

  /**
   * The turn failed, and had no effect.
   *
   * @param retryable whether another attempt could end differently
   */
  void failed(Outgoing outgoing, String reason, boolean retryable) {
    if (over(outgoing)) {
      turns.failedHarmlessly(outgoing);
      outgoing.lane().failed(outgoing.message(), reason, retryable);
      go();
    }
  }

  /** Nothing of it was sent, because there was nobody to send it to: no attempt was made. */
  void unreached(Outgoing outgoing) {
    if (over(outgoing)) {
      outgoing.lane().unreached(outgoing.message());
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

  /** Says to the person how the turn ended, unless it is over already. */
  void tell(Outgoing outgoing, Replies.Kind kind, String text) {
    if (turns.find(outgoing) != null) {
      intake.say(outgoing, kind, text);
    }
  }

  /** A piece of the turn's answer is shown. */
  void delta(Outgoing outgoing, String text) {
    ChannelEndpoint channel = channels.get(outgoing.lane().channel());
    OpenTurns.Turn turn = turns.find(outgoing);
    if (channel != null && turn != null) {
      channel.streamDelta(outgoing.envelope().id(), turn.shown, text);
      turn.shown += text.length();
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

  /** What the runtime says. */
  RuntimeIntake intake() {
    return intake;
  }

  /** The turns that are out. */
  OpenTurns turns() {
    return turns;
  }

  /** How many turns are out. */
  int inFlight() {
    return turns.size();
  }

  /** Turns of which nobody knows whether they had an effect, since the start. */
  long unknownCount() {
    return unknown;
  }
}
