package ai.prismer.claw.bench.bus;

import ai.prismer.claw.bench.Figures;
import ai.prismer.claw.contract.BusEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The bus as it runs in a pod: inside half a processor, with the pace that the operator gives it.
 * What the same load takes without a limit says which rates can fit into one.
 */
final class LimitedBusBench {
  private static final int MILLIS_OF_CPU = 500;

  /** What the operator tells a bus whose container may use half a processor. */
  private static final String ROUNDS_IN_A_POD = BusEnvironment.ROUNDS_PER_SECOND + "=1000";

  private static final Duration TIME = Duration.ofSeconds(3);

  /** Messages a second; there is a target for the last. */
  private static final List<Integer> RATES = List.of(1000, 2000, 5000);

  private final List<String> program = new ArrayList<>(List.of("env", ROUNDS_IN_A_POD));
  private final Path place;

  /**
   * @param program starts a bus
   * @param place an empty folder for it
   */
  LimitedBusBench(List<String> program, Path place) {
    this.program.addAll(program);
    this.place = place;
  }

  void run(Figures figures) throws IOException, InterruptedException {
    try (CpuQuota half = new CpuQuota(MILLIS_OF_CPU);
        TakingRuntime runtime = new TakingRuntime();
        BusStore store = BusStore.start(program, place, BusBench.CHANNELS, runtime.port());
        Load load = new Load(store, BusBench.CHANNELS)) {
      BusBench.warmUp(load, runtime);
      for (int rate : RATES) {
        figures.known(
            "%,d a second: processors".formatted(rate), processors(store, load, rate), "");
        BusBench.settle(load, runtime);
      }
      half.limit(store.process());
      for (int rate : RATES) {
        Load.Result result = load.pace(rate, BusBench.WARM_UP, TIME);
        String what = "%,d a second inside 500m CPU: ".formatted(rate);
        figures.known(what + "answered", result.perSecond(), "/s");
        figures.known(what + "p50", result.millis(0.5), "ms");
        if (rate == RATES.getLast()) {
          figures.atMost(8, what + "p99", result.millis(0.99), "ms");
        } else {
          figures.known(what + "p99", result.millis(0.99), "ms");
        }
        BusBench.settle(load, runtime);
      }
    }
  }

  /** How many processors are busy with it, on average, once what it does is compiled. */
  private static double processors(BusStore store, Load load, int rate) throws IOException {
    for (int i = 0; i < BusBench.WARM_UPS; i++) {
      var _ = load.pace(rate, Duration.ZERO, BusBench.WARM_UP);
    }
    Duration before = store.processorTime();
    long begun = System.nanoTime();
    var _ = load.pace(rate, Duration.ZERO, TIME);
    double seconds = (System.nanoTime() - begun) / 1e9;
    return store.processorTime().minus(before).toMillis() / 1e3 / seconds;
  }
}
