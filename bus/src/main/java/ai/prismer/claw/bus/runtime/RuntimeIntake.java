package ai.prismer.claw.bus.runtime;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.log.LineLogger;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Intake;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.router.Refusal;
import ai.prismer.claw.bus.router.Sender;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.bus.server.ServerContext;
import ai.prismer.claw.contract.BusProtocol;
import ai.prismer.claw.contract.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime says, on its way to the right channel's journal.
 *
 * <p>The runtime is not trusted with more than words: a frame that would steer the bus is refused,
 * and so is an answer that names another channel than the one its question came from. Loop's
 * thread.
 */
final class RuntimeIntake implements Sender {
  private static final System.Logger LOG = LineLogger.of(RuntimeIntake.class);

  private record Piece(
      ByteBuffer bytes, boolean first, boolean last, CompletableFuture<Void> taken) {}

  private final ServerContext context;
  private final TurnLifecycle lifecycle;
  private final Map<String, ChannelEndpoint> channels;
  private final Replies replies;

  /** Frames of the runtime, which may be torn by a lost connection, and those of the bus itself. */
  private Intake frames;

  private final Intake own;
  private final Deque<Piece> waiting = new ArrayDeque<>();
  private final Deque<Piece> sayings = new ArrayDeque<>();
  private final Map<String, Long> refusals = new TreeMap<>();

  RuntimeIntake(
      ServerContext context,
      TurnLifecycle lifecycle,
      Map<String, ChannelEndpoint> channels,
      Replies replies) {
    this.context = context;
    this.lifecycle = lifecycle;
    this.channels = channels;
    this.replies = replies;
    this.frames = context.intake(this);
    this.own = context.intake(this);
  }

  void take(ByteBuffer bytes, boolean first, boolean last, CompletableFuture<Void> taken) {
    waiting.add(new Piece(bytes, first, last, taken));
    resumed();
  }

  /** Says something in the runtime's name. An answer longer than a part goes in as any frame. */
  void say(Outgoing question, Replies.Kind kind, String text) {
    ByteBuffer frame = ByteBuffer.wrap(replies.write(question, kind, text));
    int length = frame.remaining();
    for (int from = 0; from < length; from += Bridge.PART_BYTES) {
      int size = Math.min(Bridge.PART_BYTES, length - from);
      sayings.add(
          new Piece(
              frame.slice(from, size),
              from == 0,
              from + size == length,
              new CompletableFuture<>()));
    }
    resumed();
  }

  @Override
  public void resumed() {
    pump(sayings, own);
    pump(waiting, frames);
  }

  private static void pump(Deque<Piece> pieces, Intake into) {
    while (into.ready() && !pieces.isEmpty()) {
      Piece piece = pieces.remove();
      into.part(piece.bytes(), piece.first(), piece.last());
      piece.taken().complete(null);
    }
  }

  /** The connection is gone: the rest of a frame that was begun never comes. */
  void reset() {
    frames.close();
    frames = context.intake(this);
    waiting.forEach(piece -> piece.taken().complete(null));
    waiting.clear();
  }

  @Override
  public Verdict judge(Envelope envelope, ByteBuffer frame) {
    return judge(envelope, frame.remaining());
  }

  @Override
  public Verdict judge(Envelope envelope, int bytes) {
    String about = envelope.correlationId();
    String asked = asked(envelope);
    if (envelope.type().equals(BusProtocol.ACK)) {
      if (about != null && asked != null) {
        lifecycle.done(asked, about);
      }
      return new Verdict.Handled();
    }
    if (BusProtocol.isReserved(envelope.type())) {
      return refuse("control", "the runtime sent a frame that steers the bus");
    }
    String named = envelope.channel() == null ? asked : envelope.channel();
    if (named == null) {
      return refuse("no_channel", "the frame names neither a channel nor a message that is out");
    }
    if (asked != null && !asked.equals(named)) {
      return refuse("wrong_channel", "the answer names another channel than its question");
    }
    ChannelEndpoint channel = channels.get(named);
    if (channel == null) {
      return refuse("unknown_channel", "there is no such channel");
    }
    if (!channel.settings().mode().givesOut()) {
      // Nobody wants the answer; but that there is one says that the question was taken.
      if (about != null) {
        lifecycle.done(named, about);
      }
      return refuse("mode", "channel " + named + " is inbound");
    }
    return new Verdict.Take(channel.outbound());
  }

  /** The channel whose message the frame is about, if that message is out. */
  private @Nullable String asked(Envelope envelope) {
    String about = envelope.correlationId();
    if (about == null) {
      return null;
    }
    String named = envelope.channel();
    return named != null && lifecycle.turns().find(named, about) != null
        ? named
        : lifecycle.turns().channelOf(about);
  }

  private static Verdict refuse(String code, String text) {
    return new Verdict.Refuse(new Refusal(code, false, text));
  }

  @Override
  public @Nullable BusLane laneOf(@Nullable String named) {
    ChannelEndpoint channel = named == null ? null : channels.get(named);
    return channel != null && channel.settings().mode().givesOut() ? channel.outbound() : null;
  }

  @Override
  public void appended(Envelope envelope, long lsn, int bytes) {
    String about = envelope.correlationId();
    String asked = asked(envelope);
    if (about != null && asked != null) {
      // The answer stands before this in the journal: no crash leaves one without the other.
      lifecycle.done(asked, about);
    }
    channels
        .values()
        .forEach(channel -> {
          if (channel.outbound().lastAppended() >= lsn) {
            context.waitForCommit(channel);
          }
        });
  }

  @Override
  public void refused(@Nullable Envelope envelope, Refusal reason, int bytes) {
    refusals.merge(reason.code(), 1L, Long::sum);
    LOG.log(
        System.Logger.Level.WARNING,
        "a frame of the runtime was refused, {0}: {1}",
        reason.code(),
        reason.text());
  }

  @Override
  public boolean understandsRefusals() {
    return false;
  }

  Map<String, Long> refusals() {
    return refusals;
  }
}
