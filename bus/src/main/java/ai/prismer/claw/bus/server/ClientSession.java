package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.framing.FrameSink;
import ai.prismer.claw.bus.log.LineLogger;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.router.Intake;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.router.Refusal;
import ai.prismer.claw.bus.router.Sender;
import ai.prismer.claw.contract.BusProtocol;
import ai.prismer.claw.contract.Envelope;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one connection of a channel sidecar may say, and what it is told.
 *
 * <p>A client of protocol 2 has credits, and hears of every message: {@code ack} when it is
 * committed, {@code nack} when it was not taken. A client of the original hears of none; it is
 * throttled by not reading from it; what it sends that cannot be taken is counted. Loop's thread.
 */
final class ClientSession implements Connection.Events, Sender {
  private static final System.Logger LOG = LineLogger.of(ClientSession.class);

  /** Frames in a row that cannot be taken before the connection is not worth keeping. */
  private static final int PATIENCE = 64;

  /** Messages about which a client may ask in {@code register}. */
  private static final int MOST_ASKED = 1024;

  private final ChannelEndpoint channel;
  private final Intake intake;
  private final Throttle throttle;
  private final long openedNanos;
  private final Pace pace;

  private @Nullable Connection connection;
  private int protocol;

  /** Of a client of protocol 2. */
  private @Nullable Inflow inflow;

  private int refusalsInARow;

  ClientSession(ChannelEndpoint channel, long nowNanos) {
    this.channel = channel;
    this.openedNanos = nowNanos;
    this.pace = new Pace(nowNanos);
    this.intake = channel.context().intake(this);
    this.throttle = new Throttle(channel.settings().high(), channel.settings().low());
  }

  void open(Connection opened) {
    connection = opened;
  }

  Connection connection() {
    Connection present = connection;
    if (present == null) {
      throw new IllegalStateException("the session has no connection yet");
    }
    return present;
  }

  @Override
  public FrameSink sink() {
    return intake;
  }

  @Override
  public void closed(String reason) {
    intake.close();
    channel.closed(this, reason);
  }

  boolean isRegistered() {
    return protocol > 0;
  }

  boolean isOriginal() {
    return protocol == BusProtocol.ORIGINAL;
  }

  @Override
  public Verdict judge(Envelope envelope, ByteBuffer frame) {
    return switch (envelope.type()) {
      case BusProtocol.REGISTER -> register(envelope, frame);
      case BusProtocol.HEARTBEAT -> {
        acknowledge(envelope.id());
        yield new Verdict.Handled();
      }
      case BusProtocol.ACK -> {
        channel.delivered(ControlReader.reference(envelope, frame));
        yield new Verdict.Handled();
      }
      case BusProtocol.NACK -> {
        Map<String, String> said = ControlReader.payload(frame);
        channel.refusedByClient(
            ControlReader.reference(envelope, frame),
            said.getOrDefault("code", "refused"),
            !"false".equals(said.get("retryable")));
        yield new Verdict.Handled();
      }
      case BusProtocol.SLOW_DOWN, BusProtocol.RESUME, BusProtocol.SHUTDOWN, BusProtocol.CREDIT ->
          // The bus's own words; nothing follows from a client that says them.
          new Verdict.Handled();
      default -> judge(envelope, frame.remaining());
    };
  }

  @Override
  public Verdict judge(Envelope envelope, int bytes) {
    if (!isRegistered()) {
      return refuse("unregistered", true, "register comes first");
    }
    if (BusProtocol.isReserved(envelope.type())) {
      return refuse(
          "reserved", false, "a frame of type " + shown(envelope.type()) + " is the bus's");
    }
    String named = envelope.channel();
    if (named != null && !named.equals(channel.settings().name())) {
      return refuse("wrong_channel", false, "this socket is that of another channel");
    }
    if (!channel.settings().mode().takesIn()) {
      return refuse("mode", false, "the channel is outbound");
    }
    if (channel.context().draining()) {
      return refuse("draining", true, "the bus takes nothing in before it stops");
    }
    if (inflow != null && !inflow.use(bytes)) {
      return refuse("no_credit", true, "more was sent than was granted");
    }
    return new Verdict.Take(channel.inbound());
  }

  @Override
  public @Nullable BusLane laneOf(@Nullable String named) {
    boolean mine = named == null || named.equals(channel.settings().name());
    return mine && isRegistered() && channel.settings().mode().takesIn() ? channel.inbound() : null;
  }

  private static Verdict refuse(String code, boolean retryable, String text) {
    return new Verdict.Refuse(new Refusal(code, retryable, text));
  }

  private Verdict register(Envelope envelope, ByteBuffer frame) {
    if (isRegistered()) {
      acknowledge(envelope.id());
      return new Verdict.Handled();
    }
    if (!channel.settings().name().equals(envelope.channel())) {
      connection().closeWhenWritten();
      return refuse("wrong_channel", false, "this socket is that of another channel");
    }
    Map<String, String> offer = ControlReader.payload(frame);
    boolean current = Integer.toString(BusProtocol.CURRENT).equals(offer.get("protocol"));
    protocol = current ? BusProtocol.CURRENT : BusProtocol.ORIGINAL;
    List<String> accepted =
        ControlReader.list(frame, "unacknowledged", MOST_ASKED).stream()
            .filter(id -> channel.inbound().isAccepted(id, channel.context().committed()))
            .toList();
    connection()
        .send(channel.context().frames().registered(envelope.id(), channel, protocol, accepted));
    if (current) {
      inflow = new Inflow(channel.settings().bufferSize());
    }
    channel.registered(this);
    progress(true);
    return new Verdict.Handled();
  }

  private void acknowledge(String id) {
    connection().send(channel.context().frames().ack(channel.settings().name(), id));
  }

  @Override
  public void appended(Envelope envelope, long lsn, int bytes) {
    refusalsInARow = 0;
    if (inflow != null) {
      inflow.appended(envelope.id(), lsn, bytes);
    } else {
      // Now, not at the next commit: a slow disk would be sent all that the client has.
      connection().pause(throttle.at(channel.inbound().owed()));
    }
    channel.context().waitForCommit(channel);
  }

  @Override
  public void refused(@Nullable Envelope envelope, Refusal reason, int bytes) {
    channel.refused(reason.code());
    if (inflow != null) {
      inflow.refused(bytes);
    }
    String id = envelope == null ? null : envelope.id();
    if (protocol != BusProtocol.ORIGINAL) {
      connection().send(channel.context().frames().nack(channel.settings().name(), id, reason));
    }
    LOG.log(
        reason.retryable() ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
        "channel {0}: a frame was refused, {1}: {2}",
        channel.settings().name(),
        reason.code(),
        reason.text());
    if (!reason.retryable() && ++refusalsInARow >= PATIENCE) {
      connection().closeWhenWritten();
    }
  }

  @Override
  public boolean understandsRefusals() {
    return protocol == BusProtocol.CURRENT;
  }

  @Override
  public void resumed() {
    connection().resume();
  }

  /**
   * Tells what is committed by now, and adapts to how much the channel has in the journal.
   *
   * @param rest to grant what little is left of the client's credit too
   */
  void progress(boolean rest) {
    boolean throttled = throttle.at(channel.inbound().owed());
    Inflow present = inflow;
    if (present == null) {
      connection().pause(throttled || channel.context().draining());
      return;
    }
    present.committed(channel.context().committed(), this::acknowledge);
    Credits.Grant grant = present.grant(channel.context().pressure(), throttled, rest);
    if (!grant.isNothing()) {
      connection().send(channel.context().frames().credit(channel.settings().name(), grant));
    }
  }

  boolean throttled() {
    return throttle.isOn();
  }

  /** Sends a message to the client, when its pace allows. */
  void deliver(Outgoing outgoing) {
    if (!isOriginal()) {
      write(outgoing);
      return;
    }
    long wait = pace.take(channel.context().loop().nanos());
    if (wait > 0) {
      var _ = channel.context().loop().after(Duration.ofNanos(wait), () -> deliver(outgoing));
      return;
    }
    write(outgoing);
    connection().whenWritten(() -> channel.delivered(outgoing.envelope().id()));
  }

  private void write(Outgoing outgoing) {
    switch (outgoing.body()) {
      case Outgoing.Whole(ByteBuffer content) -> connection().send(content);
      case Outgoing.Parted parted -> connection().sendLong(parted);
    }
  }

  void sweep() {
    long now = channel.context().loop().nanos();
    if (!isRegistered() && now - openedNanos > BusProtocol.REGISTER_TIMEOUT.toNanos()) {
      connection().close("nobody registered in time");
      return;
    }
    connection().sweep();
  }

  /** Says good-bye. */
  void shutDown() {
    connection().send(channel.context().frames().shutdown(channel.settings().name()));
    connection().closeWhenWritten();
  }

  /** Of a stranger's word, as much as a log line should hold. */
  private static String shown(String word) {
    return word.length() > 32 ? word.substring(0, 32) : word;
  }
}
