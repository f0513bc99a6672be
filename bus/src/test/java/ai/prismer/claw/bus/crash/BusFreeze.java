package ai.prismer.claw.bus.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The bus as a process that is stopped (SIGSTOP) in the middle of its load for longer than anything
 * in it waits, and goes on. For its clocks all of that time is over at once, while everybody else
 * has waited or gone.
 *
 * <p>Two channels and a runtime in this process keep the books: nothing that was accepted may be
 * lost, and more has to be accepted soon after.
 */
final class BusFreeze {
  private static final List<String> CHANNELS = List.of("first", "second");

  /** Messages that are accepted before it is stopped, and again after. */
  private static final int SOME = 200;

  private static final long PATIENCE_MILLIS = 60_000;

  private final Path folder;
  private final Duration stopped;
  private final Ledger ledger = new Ledger();

  BusFreeze(Path folder, Duration stopped) {
    this.folder = folder;
    this.stopped = stopped;
  }

  /** Arguments: seconds to stop for, and a folder on the disk to try; or a temporary one. */
  public static void main(String[] arguments) throws Exception {
    Path folder =
        arguments.length > 1 ? Path.of(arguments[1]) : Files.createTempDirectory("freeze-bus");
    int seconds = Integer.parseInt(arguments[0]);
    BusFreeze freeze = new BusFreeze(folder, Duration.ofSeconds(seconds));
    long again = freeze.run();
    Ledger ledger = freeze.ledger();
    if (arguments.length == 1) {
      BusCrash.delete(folder);
    }
    System.out.printf(
        "freeze-bus: seconds=%d acknowledged=%d lost=%d corrupt=%d duplicates=%d again=%dms%n",
        seconds,
        ledger.acknowledged(),
        ledger.lost(),
        ledger.corrupt(),
        ledger.duplicates(),
        again);
    System.exit(ledger.lost() + ledger.corrupt() + ledger.disordered() == 0 ? 0 : 1);
  }

  Ledger ledger() {
    return ledger;
  }

  /**
   * Stops it once.
   *
   * @return milliseconds after which it had accepted another {@link #SOME}
   */
  long run() throws Exception {
    BusProcess bus = new BusProcess(folder, folder.resolve("journal"), 128, "always", CHANNELS);
    try (Peers peers = new Peers(bus, ledger)) {
      Process process = bus.start(peers.runtime());
      accept();
      BusProcess.signal(process, "STOP");
      boolean ended = process.waitFor(stopped.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        throw new IOException("the bus ended while it was stopped: " + process.exitValue());
      }
      BusProcess.signal(process, "CONT");
      long start = System.nanoTime();
      accept();
      long again = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      peers.stopProducing();
      ledger.awaitAllAnswered(PATIENCE_MILLIS);
      process.destroy();
      if (process.waitFor() != 0) {
        throw new IOException("the bus ended with " + process.exitValue());
      }
      return again;
    }
  }

  private void accept() throws IOException, InterruptedException {
    int wanted = ledger.acknowledged() + SOME;
    ledger.awaitAcknowledged(wanted, PATIENCE_MILLIS);
    if (ledger.acknowledged() < wanted) {
      throw new IOException("the bus accepts too little, see " + folder + "/bus.log");
    }
  }
}
