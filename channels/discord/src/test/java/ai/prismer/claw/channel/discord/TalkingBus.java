package ai.prismer.claw.channel.discord;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.BusSettings;
import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.BridgeEvents;
import ai.prismer.claw.bus.bridge.Capabilities;
import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.bus.server.ChannelSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToLongFunction;

/** The bus itself, with an agent that says back what it hears, at once or when a test says so. */
final class TalkingBus implements Bridge, AutoCloseable {
  final BlockingQueue<Outgoing> asked = new LinkedBlockingQueue<>();
  volatile boolean holding;
  private final BusSettings settings;
  private Bus bus;
  private BridgeEvents events;

  TalkingBus(Path folder) throws IOException {
    this(folder, ChannelMode.BIDIRECTIONAL);
  }

  TalkingBus(Path folder, ChannelMode mode) throws IOException {
    settings =
        new BusSettings(
            List.of(new ChannelSettings("team", mode, 1, 1024, 0.8, 0.3)),
            folder.resolve("channels"),
            Set.of(),
            folder.resolve("journal"),
            64L << 20,
            new Durability.Always(),
            new RetryPolicy(5, Duration.ofMillis(50), Duration.ofMillis(200), 0),
            Duration.ofSeconds(60),
            Duration.ZERO);
    begin();
  }

  void begin() throws IOException {
    bus =
        Bus.start(
            settings, this, InstantSource.system(), new Random(1), Throwable::printStackTrace);
  }

  void end() throws IOException {
    bus.close();
  }

  static Path socket(Path folder) {
    return folder.resolve("channels/team/bus.sock");
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, false, true, 16, 0, 1 << 20);
  }

  @Override
  public void start(BridgeEvents listener) {
    events = listener;
    listener.up();
  }

  @Override
  public void send(Outgoing turn) {
    asked.add(turn);
    if (!holding) {
      answer(turn, "you said " + text(turn));
    }
  }

  void piece(Outgoing turn, String text) {
    events.delta(turn, text);
  }

  void answer(Outgoing turn, String text) {
    events.answered(turn, text);
  }

  static String text(Outgoing turn) {
    return turn.address().getOrDefault("text", "");
  }

  List<String> texts() {
    return asked.stream().map(TalkingBus::text).toList();
  }

  /** Answers that the sidecar has not acknowledged. */
  long owed() {
    return of(channel -> channel.outbound().owed());
  }

  /** Answers that were given up. */
  long buried() {
    return of(channel -> channel.outbound().buried());
  }

  private long of(ToLongFunction<ChannelEndpoint> question) {
    try {
      return bus.ask(() -> question.applyAsLong(bus.channels().getFirst())).get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void close() {
    // The bus closes its bridge, which is this as well.
  }
}
