package ai.prismer.claw.channel.webhook;

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

/** A bus whose runtime says back what it hears, at once or when the test says so. */
final class EchoBus implements Bridge, AutoCloseable {
  final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  final BlockingQueue<Outgoing> held = new LinkedBlockingQueue<>();
  volatile boolean holding;
  private final Bus bus;
  private BridgeEvents events;

  EchoBus(Path folder, ChannelMode mode) throws IOException {
    BusSettings settings =
        new BusSettings(
            List.of(new ChannelSettings("hook", mode, 16, 1024, 0.8, 0.3)),
            folder.resolve("channels"),
            Set.of(),
            folder.resolve("journal"),
            64L << 20,
            new Durability.Always(),
            new RetryPolicy(5, Duration.ofMillis(50), Duration.ofMillis(200), 0),
            Duration.ofSeconds(60),
            Duration.ZERO);
    bus =
        Bus.start(
            settings, this, InstantSource.system(), new Random(1), Throwable::printStackTrace);
  }

  static Path socket(Path folder) {
    return folder.resolve("channels/hook/bus.sock");
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
    asked.add(turn.envelope().id());
    if (holding) {
      held.add(turn);
    } else {
      answer(turn);
    }
  }

  void answer(Outgoing turn) {
    String text = turn.address().getOrDefault("text", "");
    events.delta(turn, "you said ");
    events.delta(turn, text);
    events.answered(turn, "you said " + text);
  }

  /** Something of the channel, asked where it may be. */
  long of(ToLongFunction<ChannelEndpoint> question) {
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

  void end() throws IOException {
    bus.close();
  }
}
