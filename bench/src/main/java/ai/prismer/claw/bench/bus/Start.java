package ai.prismer.claw.bench.bus;

import ai.prismer.claw.bench.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** How soon a bus takes a message after its process was begun, and what it weighs then. */
final class Start {
  private static final int STARTS = 7;
  private static final Duration IDLE = Duration.ofSeconds(3);

  private Start() {}

  static void measure(Figures figures, List<String> program, Path folder) throws Exception {
    Path place = Files.createDirectories(folder.resolve("start"));
    figures.known("start to first accepted, new volume", once(program, place, false), "ms");
    double[] starts = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      starts[i] = once(program, place, false);
    }
    Arrays.sort(starts);
    figures.atMost(150, "start to first accepted", starts[STARTS / 2], "ms");
    figures.atMost(48, "idle, resident memory", once(program, place, true), "MiB");
  }

  /** Milliseconds until the first message was accepted, or MiB of memory a while after. */
  private static double once(List<String> program, Path place, boolean idle)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (BusStore store = BusStore.start(program, place, 1, 1);
        Load load = new Load(store, 1)) {
      load.one();
      double millis = (System.nanoTime() - start) / 1e6;
      if (!idle) {
        return millis;
      }
      boolean ended = store.process().waitFor(IDLE);
      if (ended) {
        throw new IOException("the bus ended with " + store.process().exitValue());
      }
      return store.mebibytes("VmRSS");
    }
  }
}
