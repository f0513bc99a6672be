package ai.prismer.claw.bus;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.bridge.FrameBridge;
import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.journal.FileDisk;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.server.ChannelSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A bus in this process, on a real folder and real sockets, with a runtime beside it. */
public final class BusFixture implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final List<ChannelSettings> channels;
  private final FrameRuntime runtime;
  private final BusSettings settings;
  private final HeldDisk disk;
  private Bus bus;

  /** A bus with these channels and a runtime on TCP. */
  public BusFixture(Path folder, ChannelSettings... channels) throws IOException {
    this.folder = folder;
    this.channels = List.of(channels);
    this.runtime = new FrameRuntime(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.settings = settings(Duration.ofSeconds(30));
    this.disk = new HeldDisk(new FileDisk(settings.journalDir()));
    this.bus = open(bridge());
  }

  /** A bus with another bridge, whose runtime the test has. */
  public BusFixture(Path folder, Bridge bridge, ChannelSettings... channels) throws IOException {
    this(folder, bridge, Duration.ofSeconds(30), channels);
  }

  /** A bus with another bridge, and a limit for its turns. */
  public BusFixture(Path folder, Bridge bridge, Duration turnLimit, ChannelSettings... channels)
      throws IOException {
    this.folder = folder;
    this.channels = List.of(channels);
    this.runtime = new FrameRuntime(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.settings = settings(turnLimit);
    this.disk = new HeldDisk(new FileDisk(settings.journalDir()));
    this.bus = open(bridge);
  }

  private BusSettings settings(Duration turnLimit) {
    return new BusSettings(
        channels,
        folder.resolve("channels"),
        Set.of(),
        folder.resolve("journal"),
        64L << 20,
        new Durability.Always(),
        new RetryPolicy(5, Duration.ofMillis(20), Duration.ofMillis(200), 0),
        turnLimit,
        Duration.ofMillis(200),
        0);
  }

  private Bridge bridge() throws IOException {
    return new FrameBridge(runtime.address(), new Random(3));
  }

  private Bus open(Bridge bridge) throws IOException {
    return Bus.start(
        settings,
        disk,
        bridge,
        InstantSource.system(),
        new Random(5),
        failed -> failed.printStackTrace());
  }

  /** Ends the bus in order and starts another one on what it left. */
  public void restart() throws IOException {
    bus.close();
    bus = open(bridge());
  }

  /** The same with another bridge. */
  public void restart(Bridge bridge) throws IOException {
    bus.close();
    bus = open(bridge);
  }

  /** The bus that runs now. */
  public Bus bus() {
    return bus;
  }

  /** Under the journal. */
  public HeldDisk disk() {
    return disk;
  }

  /** The runtime's end of the bus's next connection. */
  public Wire runtime() throws IOException {
    return runtime.accept();
  }

  /** A connection to the channel's socket. */
  public Wire connect(String channel) throws IOException {
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(
        UnixDomainSocketAddress.of(
            folder.resolve("channels").resolve(channel).resolve("bus.sock")));
    return new Wire(socket);
  }

  /** A client of protocol 2 that has registered. */
  public Wire client(String channel) throws IOException, InterruptedException {
    Wire wire = connect(channel);
    wire.send(register(channel, "{\"protocol\":2,\"credits\":true,\"durableAck\":true}"));
    wire.next("ack");
    return wire;
  }

  /** A client of the original that has registered. */
  public Wire originalClient(String channel) throws IOException, InterruptedException {
    Wire wire = connect(channel);
    wire.send(
        "{\"id\":\"reg\",\"type\":\"register\",\"channel\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\"}"
            .formatted(channel));
    wire.next("ack");
    return wire;
  }

  /** A register frame. */
  public static String register(String channel, String payload) {
    return "{\"id\":\"reg\",\"type\":\"register\",\"channel\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"payload\":%s}"
        .formatted(channel, payload);
  }

  /** A message. */
  public static String message(String id, String channel, String text) {
    return "{\"id\":\"%s\",\"type\":\"message\",\"channel\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"payload\":{\"text\":\"%s\",\"thread\":\"t1\"}}"
        .formatted(id, channel, text);
  }

  /** A client's acknowledgement. */
  public static String ack(Wire.Frame frame) {
    String id = frame.envelope().id();
    return "{\"id\":\"ack-%s\",\"type\":\"ack\",\"correlationId\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"payload\":{\"ref\":\"%s\"}}"
        .formatted(id, id, id);
  }

  /** Waits until something is so. */
  public static void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }

  @Override
  public void close() throws IOException {
    disk.hold(false);
    bus.close();
    runtime.close();
  }
}
