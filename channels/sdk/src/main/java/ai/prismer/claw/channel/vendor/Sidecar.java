package ai.prismer.claw.channel.vendor;

import ai.prismer.claw.channel.BusClient;
import ai.prismer.claw.channel.ChannelListener;
import ai.prismer.claw.channel.ChannelOptions;
import ai.prismer.claw.channel.Message;
import ai.prismer.claw.channel.Receipt;
import ai.prismer.claw.channel.StreamStrategy;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bus's side of a channel, its probes, and the order of its end. */
public final class Sidecar implements AutoCloseable {
  /** How long an end may wait for what is on its way. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final Counters counters;
  private final AnswerDesk desk;
  private final CatchUp catchUp;
  private final BusClient bus;
  private final Intake intake;
  private final ProbeServer probes;
  private final Supplier<@Nullable String> unready;
  private volatile boolean draining;

  private Sidecar(
      SidecarSettings settings,
      Room room,
      History history,
      Supplier<@Nullable String> unready,
      InstantSource clock)
      throws IOException {
    this.unready = unready;
    this.counters = new Counters();
    Watermark watermark = new Watermark(clock.instant());
    this.desk = new AnswerDesk(room, history, counters, settings.editInterval(), clock.instant());
    this.catchUp = new CatchUp(history, watermark, counters);
    this.probes = new ProbeServer(settings.port(), this::reason, counters);
    StreamStrategy strategy =
        settings.streaming()
            ? new StreamStrategy.BufferFlush(settings.editInterval())
            : new StreamStrategy.WaitComplete();
    this.bus =
        BusClient.connect(
            ChannelOptions.of(settings.name(), settings.socket()).with(strategy),
            new Listener(desk, catchUp, watermark, history));
    this.intake = new Intake(bus, watermark, catchUp, counters);
  }

  /**
   * Begins to connect to the bus and to answer probes.
   *
   * @param unready why the service's side is not ready, or null
   * @throws IOException when the port cannot be had
   */
  public static Sidecar start(
      SidecarSettings settings,
      Room room,
      History history,
      Supplier<@Nullable String> unready,
      InstantSource clock)
      throws IOException {
    Sidecar sidecar = new Sidecar(settings, room, history, unready, clock);
    sidecar.begin(settings.takesIn());
    return sidecar;
  }

  private void begin(boolean takesIn) {
    counters.gauge(
        "claw_channel_bus_connected", "Whether the bus is there.", () -> bus.isConnected() ? 1 : 0);
    counters.gauge(
        "claw_channel_vendor_connected",
        "Whether the service is there.",
        () -> unready.get() == null ? 1 : 0);
    counters.gauge(
        "claw_channel_unacknowledged",
        "Messages the bus has not acknowledged.",
        bus::unacknowledged);
    counters.gauge("claw_channel_open_answers", "Answers not delivered.", desk::busy);
    if (takesIn) {
      catchUp.start(intake);
    }
    desk.start();
    probes.start();
  }

  /** What the bus says, to those it concerns. */
  private record Listener(AnswerDesk desk, CatchUp catchUp, Watermark watermark, History history)
      implements ChannelListener {
    @Override
    public void message(Message message, Receipt receipt) {
      desk.answer(message, receipt);
    }

    @Override
    public void delta(String question, int offset, String text) {
      desk.delta(question, offset, text);
    }

    @Override
    public void connected(@Nullable String lastAccepted) {
      Place last = Place.parse(lastAccepted);
      watermark.registered(last == null ? null : history.timeOf(last.message()));
      catchUp.request();
    }
  }

  private @Nullable String reason() {
    if (draining) {
      return "draining";
    }
    return bus.isConnected() ? unready.get() : "no bus";
  }

  /** Where questions go. */
  public Intake intake() {
    return intake;
  }

  /** Asks for what was missed. */
  public CatchUp catchUp() {
    return catchUp;
  }

  /** What is counted. */
  public Counters counters() {
    return counters;
  }

  /** Of the probes. */
  public int port() {
    return probes.port();
  }

  /** From now on not ready; answers are delivered until {@link #close}. */
  public void drain() {
    draining = true;
    catchUp.close();
  }

  /**
   * Delivers what is on its way as long as the grace period allows, and ends. An answer that was
   * not delivered by then is still the bus's.
   */
  @Override
  public void close() {
    drain();
    try {
      long end = System.nanoTime() + GRACE.toNanos();
      while ((desk.busy() > 0 || bus.unacknowledged() > 0) && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
      }
      // The word that the last answer arrived is on its way to the bus.
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    desk.close();
    probes.close();
    bus.close();
  }
}
