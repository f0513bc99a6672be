package ai.prismer.claw.bench.bus;

import ai.prismer.claw.bench.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A runtime that stays away while its channels go on, until gigabytes wait for it; {@code make
 * backlog-bus}. The bus has the heap of its image. Then the bus is started anew and the runtime
 * comes: all of it has to arrive, and the memory must never have followed the backlog.
 */
public final class BusBacklog {
  private static final int CHANNELS = 8;
  private static final int MESSAGE_BYTES = 24 * 1024;
  private static final int WINDOW = 16;

  /** A channel owes 65,536 messages at most, and then takes no more in. */
  private static final long MOST_MESSAGES = 60_000;

  /** Heap of 24 MiB, two batches and the windows of readers, code, threads, the VM itself. */
  private static final double MOST_MEBIBYTES = 128;

  private static final long PATIENCE_SECONDS = 1200;

  private BusBacklog() {}

  /** Arguments: root of the repository, a folder on the disk to use, gigabytes up to 11. */
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Files.createTempDirectory(Path.of(arguments[1]).toAbsolutePath(), "backlog-bus");
    long messages = Long.parseLong(arguments[2]) * 1_000_000_000L / CHANNELS / MESSAGE_BYTES;
    if (messages > MOST_MESSAGES) {
      throw new IllegalArgumentException(arguments[2] + " GB are more than watermarks allow");
    }
    boolean met;
    try {
      met = run(BusStore.program(root), folder, messages);
    } finally {
      BusBench.delete(folder);
    }
    System.exit(met ? 0 : 1);
  }

  private static boolean run(List<String> program, Path folder, long messages) throws Exception {
    Figures figures = new Figures();
    long start = System.nanoTime();
    try (BusStore store = start(program, folder, 1);
        Load load = new Load(store, CHANNELS)) {
      load.all(messages, WINDOW);
      figures.known("backlog", messages * CHANNELS * MESSAGE_BYTES / 1e9, "GB");
      figures.known("taken in within", seconds(start), "s");
      figures.atMost(MOST_MEBIBYTES, "most memory, taking in", store.mebibytes("VmHWM"), "MiB");
    }
    try (TakingRuntime runtime = new TakingRuntime(true)) {
      start = System.nanoTime();
      try (BusStore store = start(program, folder, runtime.port())) {
        store.connect(0).close();
        figures.known("recovered within", seconds(start), "s");
        start = System.nanoTime();
        await(store, runtime, messages * CHANNELS);
        figures.known("delivered within", seconds(start), "s");
        figures.atMost(MOST_MEBIBYTES, "most memory, delivering", store.mebibytes("VmHWM"), "MiB");
        try (Load load = new Load(store, CHANNELS)) {
          // With a window of all its credits each channel goes on as if nothing had been.
          load.all(1024, WINDOW);
        }
        await(store, runtime, (messages + 1024) * CHANNELS);
      }
      figures.atMost(0, "lost", (messages + 1024.0) * CHANNELS - runtime.count(), "");
    }
    return figures.print();
  }

  private static BusStore start(List<String> program, Path folder, int port) throws IOException {
    // From 70 % of it on the bus grants less than the window here, which does not ask.
    return BusStore.start(program, folder, CHANNELS, 64, port, "20Gi", MESSAGE_BYTES);
  }

  private static void await(BusStore store, TakingRuntime runtime, long count)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (runtime.count() < count) {
      boolean ended = store.process().waitFor(100, TimeUnit.MILLISECONDS);
      if (ended || seconds(start) > PATIENCE_SECONDS) {
        throw new IOException("the runtime was sent " + runtime.count() + " of " + count);
      }
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
