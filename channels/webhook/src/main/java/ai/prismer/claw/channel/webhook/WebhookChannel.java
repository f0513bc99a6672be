package ai.prismer.claw.channel.webhook;

import ai.prismer.claw.channel.BusClient;
import ai.prismer.claw.channel.ChannelOptions;
import ai.prismer.claw.channel.StreamStrategy;
import ai.prismer.claw.channel.vendor.RunningChannel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** One webhook channel: HTTP on one side, the bus on the other, and the order of their end. */
final class WebhookChannel implements RunningChannel {
  /** How long an end may wait for answers that are on their way. */
  static final Duration GRACE = Duration.ofSeconds(10);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final BusClient bus;
  private final WebhookServer server;
  private final Answers answers;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("sweeper").unstarted(task));

  private WebhookChannel(BusClient bus, WebhookServer server, Answers answers) {
    this.bus = bus;
    this.server = server;
    this.answers = answers;
  }

  /**
   * Listens, and begins to connect to the bus.
   *
   * @throws IOException when the port cannot be had
   */
  static WebhookChannel start(Settings settings, InstantSource clock) throws IOException {
    Metrics metrics = new Metrics();
    URI target = settings.target();
    Callback callback =
        target == null
            ? null
            : new Callback(
                new TargetPost(target, settings.headers(), settings.privateTargets()),
                settings.secret(),
                settings.attempts(),
                clock,
                metrics);
    Answers answers = new Answers(callback, metrics, settings.keep());
    Gatekeeper gatekeeper = new Gatekeeper(settings.secret(), settings.longestBody(), clock);
    BusClient bus =
        BusClient.connect(
            ChannelOptions.of(settings.name(), settings.socket())
                .with(new StreamStrategy.PassThrough()),
            answers);
    try {
      QuestionHandler questions =
          new QuestionHandler(settings, bus, gatekeeper, answers, new Replies(metrics), metrics);
      WebhookServer server =
          new WebhookServer(settings, bus, questions, answers, gatekeeper, metrics);
      WebhookChannel channel = new WebhookChannel(bus, server, answers);
      channel.begin();
      return channel;
    } catch (IOException taken) {
      bus.close();
      throw taken;
    }
  }

  private void begin() {
    server.start();
    var _ =
        sweeper.scheduleWithFixedDelay(
            () -> answers.sweep(System.nanoTime()), 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public int port() {
    return server.port();
  }

  /**
   * Takes nothing in any more, delivers what is on its way as long as the grace period allows, and
   * ends. An answer that was not delivered by then is still the bus's.
   */
  @Override
  public void close() {
    server.drain();
    try {
      long end = System.nanoTime() + GRACE.toNanos();
      while ((answers.busy() > 0 || bus.unacknowledged() > 0) && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
      }
      // The word that the last answer arrived is on its way to the bus.
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    server.close();
    sweeper.shutdownNow();
    bus.close();
  }
}
