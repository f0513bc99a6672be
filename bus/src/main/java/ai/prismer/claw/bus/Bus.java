package ai.prismer.claw.bus;

import ai.prismer.claw.bus.bridge.Bridge;
import ai.prismer.claw.bus.framing.EnvelopeReader;
import ai.prismer.claw.bus.framing.EnvelopeWriter;
import ai.prismer.claw.bus.journal.Disk;
import ai.prismer.claw.bus.journal.FileDisk;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalOptions;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.BusLane;
import ai.prismer.claw.bus.runtime.Replies;
import ai.prismer.claw.bus.runtime.RuntimeSide;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.bus.server.ControlFrames;
import ai.prismer.claw.bus.server.PeerCheck;
import ai.prismer.claw.bus.server.ServerContext;
import ai.prismer.claw.contract.BusPaths;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One bus: a journal, a loop, the channels' sockets and the bridge to the runtime, and the order in
 * which they begin and end.
 *
 * <p>Three kinds of threads: the journal's, which alone touches its files; the loop's, which alone
 * touches sockets, queues and counters; the bridge's, which talk to the runtime and bring what they
 * hear to the loop. Nothing is shared between them but the journal's buffer and tasks.
 */
public final class Bus implements AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final Duration GOOD_BYE = Duration.ofMillis(200);

  private final BusSettings settings;
  private final Journal journal;
  private final EventLoop loop;
  private final ServerContext context;
  private final List<ChannelEndpoint> channels = new ArrayList<>();
  private final RuntimeSide runtime;
  private final AtomicBoolean committed = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean stopping;

  private Bus(
      BusSettings settings,
      Journal journal,
      EventLoop loop,
      Bridge bridge,
      InstantSource clock,
      RandomGenerator random)
      throws IOException {
    this.settings = settings;
    this.journal = journal;
    this.loop = loop;
    EnvelopeWriter writer = new EnvelopeWriter(clock, random);
    String durability = settings.durability().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    this.context = new ServerContext(loop, journal, clock, new ControlFrames(writer, durability));
    Map<String, Integer> numbers = new HashMap<>();
    journal.channels().forEach((number, name) -> numbers.put(name, number));
    for (ChannelSettings channel : settings.channels()) {
      int number = numbers.getOrDefault(channel.name(), 0);
      channels.add(
          new ChannelEndpoint(
              context,
              channel,
              new PeerCheck(settings.peerUsers()),
              lane(channel, new Lane(number, false), random),
              lane(channel, new Lane(number, true), random)));
    }
    remember();
    this.runtime =
        new RuntimeSide(context, loop, bridge, settings.turnLimit(), channels, new Replies(writer));
  }

  /**
   * Recovers the journal, opens the sockets, connects to the runtime.
   *
   * @param onFailure told once when the bus cannot go on; has to end the process
   * @throws IOException when the journal cannot be read or a socket cannot be opened
   */
  public static Bus start(
      BusSettings settings,
      Bridge bridge,
      InstantSource clock,
      RandomGenerator random,
      Consumer<Throwable> onFailure)
      throws IOException {
    return start(settings, new FileDisk(settings.journalDir()), bridge, clock, random, onFailure);
  }

  /** The same with the journal on another disk, for tests. */
  static Bus start(
      BusSettings settings,
      Disk disk,
      Bridge bridge,
      InstantSource clock,
      RandomGenerator random,
      Consumer<Throwable> onFailure)
      throws IOException {
    Journal journal =
        Journal.open(
            disk,
            JournalOptions.forVolume(settings.durability(), settings.journalBytes()),
            settings.channels().stream().map(ChannelSettings::name).toList(),
            clock,
            random);
    EventLoop loop = new EventLoop(settings.roundsPerSecond(), onFailure);
    Bus bus = new Bus(settings, journal, loop, bridge, clock, random);
    bus.begin(onFailure);
    return bus;
  }

  private void begin(Consumer<Throwable> onFailure) throws IOException {
    journal.start(this::committed, onFailure);
    for (ChannelEndpoint channel : channels) {
      channel.listen(
          settings.channelsDir().resolve(channel.settings().name()).resolve(BusPaths.SOCKET_NAME));
    }
    loop.execute(this::sweep);
    loop.start();
    runtime.start();
  }

  private BusLane lane(ChannelSettings channel, Lane lane, RandomGenerator random)
      throws IOException {
    return new BusLane(
        channel.name(),
        lane,
        journal,
        loop,
        settings.retries(),
        channel.inFlight(),
        channel.bufferSize(),
        random,
        journal.countAtStart(lane));
  }

  /** A producer that never saw its acknowledgement may have sent to the process before this one. */
  private void remember() {
    EnvelopeReader reader = new EnvelopeReader();
    for (Part part : journal.takeRecent()) {
      String id = reader.peek(Envelope.ID, part.content());
      if (id != null) {
        channels.stream()
            .flatMap(channel -> Stream.of(channel.inbound(), channel.outbound()))
            .filter(lane -> lane.lane().equals(part.lane()))
            .forEach(lane -> lane.remember(id, part.origin()));
      }
    }
  }

  /** On the journal's thread, after every commit. */
  private void committed() {
    if (committed.compareAndSet(false, true)) {
      loop.execute(() -> {
        committed.set(false);
        context.progress();
      });
    }
  }

  private void sweep() {
    channels.forEach(ChannelEndpoint::sweep);
    var _ = loop.after(SWEEP, this::sweep);
  }

  /** Has {@code question} answered on the loop's thread, where all of the state may be read. */
  public <T> CompletableFuture<T> ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> answer.complete(question.get()));
    return answer;
  }

  /** All channels. */
  public List<ChannelEndpoint> channels() {
    return channels;
  }

  /** The runtime's side. */
  public RuntimeSide runtime() {
    return runtime;
  }

  /** What holds the messages. */
  public Journal journal() {
    return journal;
  }

  /** What the channels share. */
  public ServerContext context() {
    return context;
  }

  /**
   * Takes nothing in and begins no turn, until the bus is idle.
   *
   * @param limit when to give up waiting
   * @param reopen when to take in again, if no stop came; none for never
   * @return whether it became idle
   */
  public CompletableFuture<Boolean> drain(Duration limit, Optional<Duration> reopen) {
    CompletableFuture<Boolean> idle = new CompletableFuture<>();
    loop.execute(() -> {
      context.drain(true);
      runtime.drain(true);
      channels.forEach(ChannelEndpoint::progress);
      reopen.ifPresent(after -> {
        var _ = loop.after(after, this::reopen);
      });
      awaitIdle(loop.nanos() + limit.toNanos(), idle);
    });
    return idle;
  }

  private void reopen() {
    if (!stopping) {
      context.drain(false);
      runtime.drain(false);
      channels.forEach(ChannelEndpoint::progress);
    }
  }

  private void awaitIdle(long deadline, CompletableFuture<Boolean> idle) {
    boolean quiet =
        runtime.inFlight() == 0
            && channels.stream()
                .allMatch(channel ->
                    channel.outbound().inFlight() == 0
                        && (channel.outbound().owed() == 0 || !channel.isConnected()));
    if (quiet) {
      idle.complete(true);
    } else if (loop.nanos() - deadline >= 0) {
      idle.complete(false);
    } else {
      var _ = loop.after(LOOK_AGAIN, () -> awaitIdle(deadline, idle));
    }
  }

  /** Drains for as long as the grace period allows, says good-bye, and ends. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    loop.execute(() -> stopping = true);
    await(drain(settings.grace(), Optional.empty()), settings.grace().plusSeconds(1));
    CompletableFuture<Boolean> said = new CompletableFuture<>();
    loop.execute(() -> {
      channels.forEach(ChannelEndpoint::shutDown);
      var _ = loop.after(GOOD_BYE, () -> said.complete(true));
    });
    await(said, GOOD_BYE.plusSeconds(1));
    runtime.close();
    loop.close();
    journal.close();
  }

  private static void await(CompletableFuture<Boolean> end, Duration limit) {
    try {
      boolean _ = end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException late) {
      // What was not delivered by now is delivered by the next process.
    }
  }
}
