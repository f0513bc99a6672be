package ai.prismer.claw.bench.bus;

import ai.prismer.claw.bench.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bus against the disk under it, and against Redis and NATS JetStream that sync as it does, in
 * one run and with one size of message; {@code make bench-bus}. What is compared is measured in
 * turns, so that a noisy neighbour disturbs both. Prints a table with the target of each figure,
 * then one JSON line. Exit code 1 when a target is missed.
 */
public final class BusBench {
  /** The bus's code is compiled by use, and after a second of it that is still under way. */
  static final int WARM_UPS = 6;

  static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final int ROUNDS = 3;
  static final int CHANNELS = 8;
  static final int WINDOW = 64;
  private static final int IN_ORDER = 64 * WINDOW;
  private static final long RECOVERED_BYTES = 512L << 20;

  private final Figures figures = new Figures();
  private final Path folder;
  private final List<String> program;
  private final String nats;

  /** Of one measurement, without what goes before it. */
  private final Duration time;

  private BusBench(Path folder, List<String> program, String nats, Duration time) {
    this.folder = folder;
    this.program = program;
    this.nats = nats;
    this.time = time;
  }

  /**
   * Arguments: root of the repository, a folder on the disk to measure, path of nats-server,
   * seconds a measurement.
   */
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Files.createTempDirectory(Path.of(arguments[1]).toAbsolutePath(), "bench-bus");
    boolean met;
    try {
      met =
          new BusBench(
                  folder,
                  BusStore.program(root),
                  arguments[2],
                  Duration.ofSeconds(Long.parseLong(arguments[3])))
              .run();
    } finally {
      delete(folder);
    }
    System.exit(met ? 0 : 1);
  }

  private boolean run() throws Exception {
    journal();
    recovery();
    pipelined();
    oneByOne();
    paced();
    strict();
    new LimitedBusBench(program, fresh("bus")).run(figures);
    return figures.print();
  }

  private void journal() throws Exception {
    List<Double> syncsOf1 = new ArrayList<>();
    List<Double> syncsOf64 = new ArrayList<>();
    List<Double> one = new ArrayList<>();
    List<Double> many = new ArrayList<>();
    List<Double> manyPlatform = new ArrayList<>();
    Path journal = fresh("producers");
    for (int round = 0; round < ROUNDS; round++) {
      syncsOf1.add(DiskRate.syncs(folder, 1, time));
      one.add(JournalRate.messages(journal, 1, Thread.ofPlatform(), time));
      syncsOf64.add(DiskRate.syncs(folder, 64, time));
      many.add(JournalRate.messages(journal, 64, Thread.ofVirtual(), time));
      manyPlatform.add(JournalRate.messages(journal, 64, Thread.ofPlatform(), time));
    }
    delete(journal);
    double s1 = median(syncsOf1);
    double s64 = median(syncsOf64);
    figures.known("disk: syncs of 1 KiB", s1, "/s");
    figures.known("disk: syncs of 64 KiB", s64, "/s");
    figures.known("journal: 1 producer", median(one), "/s");
    figures.known("journal: 64 producers", median(many), "/s");
    figures.known("journal: 64 producers on platform threads", median(manyPlatform), "/s");
    figures.atLeast(0.80, "journal: 1 producer against syncs of 1 KiB", median(one) / s1, "x");
    figures.atLeast(
        0.40, "journal: 64 producers against 64 x syncs of 64 KiB", median(many) / 64 / s64, "x");
  }

  private void recovery() throws Exception {
    Path journal = fresh("recovery");
    JournalRate.fill(journal, RECOVERED_BYTES);
    double read = DiskRate.reads(journal);
    double recovered = JournalRate.recovery(journal, RECOVERED_BYTES);
    figures.known("disk: read past the page cache", read, "GB/s");
    figures.atLeast(1, "recovery", recovered, "GB/s");
    delete(journal);
  }

  private void pipelined() throws Exception {
    List<Double> bus = new ArrayList<>();
    List<Double> through = new ArrayList<>();
    List<Double> redis = new ArrayList<>();
    List<Double> jetStream = new ArrayList<>();
    for (int round = 0; round < ROUNDS - 1; round++) {
      try (TakingRuntime runtime = new TakingRuntime();
          BusStore store = bus(fresh("bus"), runtime.port());
          Load load = new Load(store, CHANNELS)) {
        warmUp(load, runtime);
        through.add(load.window(WINDOW, Duration.ZERO, time).perSecond());
        settle(load, runtime);
        runtime.leave();
        bus.add(load.window(WINDOW, Duration.ZERO, time).perSecond());
      }
      redis.add(rate(new RedisStore(fresh("redis"))));
      jetStream.add(rate(new NatsStore(nats, fresh("nats"))));
    }
    figures.known("8 x 64 in flight: bus", best(bus), "/s");
    figures.known("8 x 64 in flight: bus, delivered meanwhile", best(through), "/s");
    figures.known("8 x 64 in flight: Redis, appendfsync always", best(redis), "/s");
    figures.known("8 x 64 in flight: NATS JetStream, sync always", best(jetStream), "/s");
    figures.atLeast(3, "8 x 64 in flight: bus against Redis", best(bus) / best(redis), "x");
    figures.known("8 x 64 in flight: bus against NATS", best(bus) / best(jetStream), "x");
  }

  static void warmUp(Load load, TakingRuntime runtime) throws IOException, InterruptedException {
    for (int i = 0; i < WARM_UPS; i++) {
      var _ = load.window(WINDOW, Duration.ZERO, WARM_UP);
      settle(load, runtime);
    }
  }

  /** A backlog beyond the bus's bounds would be refused. */
  static void settle(Load load, TakingRuntime runtime) throws IOException, InterruptedException {
    load.settle();
    runtime.awaitQuiet();
  }

  private double rate(Store store) throws IOException {
    try (store;
        Load load = new Load(store, CHANNELS)) {
      return load.window(WINDOW, WARM_UP, time).perSecond();
    }
  }

  private void oneByOne() throws Exception {
    List<Double> bus = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    try (RawStore least = new RawStore(fresh("raw"));
        BusStore store = bus(fresh("bus"), 1);
        Load leastLoad = new Load(least, 1);
        Load load = new Load(store, 1)) {
      for (int round = 0; round < ROUNDS; round++) {
        raw.add(leastLoad.window(1, WARM_UP.dividedBy(2), time).perSecond());
        leastLoad.settle();
        bus.add(load.window(1, WARM_UP.dividedBy(2), time).perSecond());
        load.settle();
      }
    }
    figures.known("1 in flight: one sync over the raw socket", 1000 / median(raw), "ms");
    figures.known("1 in flight: bus", 1000 / median(bus), "ms");
    figures.atMost(1.6, "1 in flight: bus against the raw socket", median(raw) / median(bus), "x");
  }

  private void paced() throws Exception {
    List<Double> bus = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    try (RawStore least = new RawStore(fresh("raw"));
        BusStore store = bus(fresh("bus"), 1);
        Load leastLoad = new Load(least, 1);
        Load load = new Load(store, 1)) {
      for (int round = 0; round < ROUNDS; round++) {
        raw.add(leastLoad.pace(1000, WARM_UP.dividedBy(2), time).millis(0.99));
        leastLoad.settle();
        bus.add(load.pace(1000, WARM_UP.dividedBy(2), time).millis(0.99));
        load.settle();
      }
    }
    figures.known("1,000 a second: p99 over the raw socket", median(raw), "ms");
    figures.known("1,000 a second: p99 of the bus", median(bus), "ms");
    figures.atMost(1.5, "1,000 a second: added p99", median(bus) - median(raw), "ms");
  }

  /** A channel's usual order: the next message goes out when the one before is answered for. */
  private void strict() throws Exception {
    try (TakingRuntime runtime = new TakingRuntime();
        BusStore store =
            BusStore.start(
                program, fresh("bus"), 1, 1, runtime.port(), "8Gi", Store.MESSAGE_BYTES);
        Load load = new Load(store, 1)) {
      for (int i = 0; i < WARM_UPS; i++) {
        inOrder(runtime, load);
      }
      List<Double> rounds = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        rounds.add(inOrder(runtime, load));
      }
      figures.atMost(1, "one after the other to a runtime over TCP: each", median(rounds), "ms");
    }
  }

  /** Milliseconds that a message takes when many wait for each other. */
  private static double inOrder(TakingRuntime runtime, Load load)
      throws IOException, InterruptedException {
    long before = runtime.sent();
    long begun = System.nanoTime();
    for (int i = 0; i < IN_ORDER / WINDOW; i++) {
      load.batch(WINDOW);
    }
    runtime.await(before + IN_ORDER);
    return (System.nanoTime() - begun) / 1e6 / IN_ORDER;
  }

  private BusStore bus(Path place, int runtimePort) throws IOException {
    return BusStore.start(program, place, CHANNELS, runtimePort);
  }

  private Path fresh(String name) throws IOException {
    Path made = folder.resolve(name);
    delete(made);
    return Files.createDirectories(made);
  }

  private static double median(List<Double> rounds) {
    return rounds.stream().sorted().skip(rounds.size() / 2).findFirst().orElseThrow();
  }

  private static double best(List<Double> rounds) {
    return rounds.stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
