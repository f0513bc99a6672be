package ai.prismer.claw.bench;

import ai.prismer.claw.training.BusChannel;
import ai.prismer.claw.training.BusTraining;
import ai.prismer.claw.training.Image;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The bus of its image, with and without the AOT cache by turns: how soon after its process began a
 * frame of a channel is accepted, and what it holds in memory when nothing happens. The runtime is
 * not there, as when a pod starts; the disk and the page cache are as they are.
 */
public final class StartBench {
  private static final double START_MILLIS = 150;
  private static final double IDLE_MEBIBYTES = 48;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long IDLE_MILLIS = 3_000;
  private static final String CHANNEL = "bench";

  /** A way to start, with what was measured of it. */
  private record Variant(String name, List<String> command, List<Sample> samples) {}

  /**
   * One start with an empty journal, and one with the journal that the first has left.
   *
   * @param first milliseconds to the first accepted frame with an empty journal
   * @param again the same with a journal
   * @param resident VmRSS in MiB
   * @param proportional PSS in MiB
   */
  private record Sample(double first, double again, double resident, double proportional) {}

  private final Image image;
  private final Variant cache;
  private final Variant plain;

  private StartBench(Image image) throws IOException {
    this.image = image;
    this.cache = new Variant("cache", image.withCache(BusTraining.MAIN), new ArrayList<>());
    this.plain = new Variant("no cache", image.withoutCache(BusTraining.MAIN), new ArrayList<>());
  }

  /** The folder with the files of the image, and how many rounds; 1 when a target is missed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Image image = new Image(Path.of(arguments[0]));
    if (!image.faults().isEmpty()) {
      throw new IOException(image.faults().toString());
    }
    System.exit(new StartBench(image).run(Integer.parseInt(arguments[1])) ? 0 : 1);
  }

  private boolean run(int rounds) throws IOException, InterruptedException {
    sample(cache);
    sample(plain);
    for (int round = 1; round <= rounds; round++) {
      for (Variant variant : List.of(cache, plain)) {
        Sample sample = sample(variant);
        variant.samples().add(sample);
        System.out.printf("round %d, %s: %s%n", round, variant.name(), sample);
      }
    }
    Figures figures = new Figures();
    compare(figures, START_MILLIS, "first frame, new journal", "ms", Sample::first);
    compare(figures, START_MILLIS, "first frame, journal of before", "ms", Sample::again);
    compare(figures, IDLE_MEBIBYTES, "idle VmRSS", "MiB", Sample::resident);
    compare(figures, IDLE_MEBIBYTES, "idle PSS", "MiB", Sample::proportional);
    return figures.print();
  }

  private void compare(
      Figures figures, double target, String what, String unit, ToDoubleFunction<Sample> value) {
    double with = median(cache, value);
    double without = median(plain, value);
    figures.atMost(target, what + ", cache, median", with, unit);
    figures.known(
        what + ", cache, worst",
        cache.samples().stream().mapToDouble(value).max().orElseThrow(),
        unit);
    figures.known(what + ", no cache, median", without, unit);
    figures.known(what + ", cache / no cache", with / without, "");
  }

  private static double median(Variant variant, ToDoubleFunction<Sample> value) {
    double[] sorted = variant.samples().stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private Sample sample(Variant variant) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(image.file("/tmp"), "bench");
    int health = BusTraining.freePort();
    double first;
    double resident;
    double proportional;
    try (Started bus = start(variant, work, health)) {
      first = bus.millis();
      Thread.sleep(IDLE_MILLIS);
      resident = mebibytes(bus.process(), "Rss:");
      proportional = mebibytes(bus.process(), "Pss:");
    }
    try (Started bus = start(variant, work, health)) {
      return new Sample(first, bus.millis(), resident, proportional);
    }
  }

  private record Started(Process process, BusChannel channel, double millis)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.close();
      process.destroy();
      process.onExit().join();
    }
  }

  private Started start(Variant variant, Path work, int health)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("chroot", image.root().toString()));
    command.addAll(variant.command());
    File log = work.resolve("log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
    Path inside = Path.of("/").resolve(image.root().relativize(work));
    builder
        .environment()
        .putAll(BusTraining.environment(inside, CHANNEL, health, BusTraining.freePort()));
    long begun = System.nanoTime();
    Process process = builder.start();
    try {
      BusChannel channel =
          BusChannel.open(process, CHANNEL, BusTraining.socket(work, CHANNEL), PATIENCE);
      channel.say("m" + begun, "what is it?");
      return new Started(process, channel, (System.nanoTime() - begun) / 1e6);
    } catch (IOException failed) {
      process.destroyForcibly();
      throw new IOException(Files.readString(log.toPath()), failed);
    }
  }

  private static double mebibytes(Process process, String key) throws IOException {
    Path rollup = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
    return Files.readAllLines(rollup).stream()
            .filter(line -> line.startsWith(key))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow()
        / 1024.0;
  }
}
