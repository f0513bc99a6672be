package ai.prismer.claw.bus.crash;

import ai.prismer.claw.bus.router.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The bus as a process, killed with SIGKILL at random moments under load, while two channels and a
 * runtime in this process talk through it and keep the books.
 *
 * <p>Every message that a channel was told is accepted has to reach the runtime, and the runtime's
 * answer the channel, at least once, unchanged and in order; or it is a dead letter, because it was
 * in flight at as many kills in a row as there are attempts. This proves nothing about power cuts:
 * the page cache survives a process.
 */
final class BusCrash {
  private static final List<String> CHANNELS = List.of("first", "second");

  /** Rounds between two signs of life. */
  private static final int PROGRESS = 50;

  private final Path folder;
  private final Random random;
  private final Ledger ledger = new Ledger();

  BusCrash(Path folder, Random random) {
    this.folder = folder;
    this.random = random;
  }

  /** Arguments: rounds, and a folder on the disk to try; without one, a temporary one. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Path folder =
        arguments.length > 1 ? Path.of(arguments[1]) : Files.createTempDirectory("crash-bus");
    long seed = new Random().nextLong();
    System.out.println("crash-bus: folder=" + folder + " seed=" + seed);
    Ledger ledger = new BusCrash(folder, new Random(seed)).run(rounds);
    if (arguments.length == 1) {
      delete(folder);
    }
    if (ledger.buried() > 0) {
      System.out.println(
          "crash-bus: dead letters, each in flight at %d kills in a row=%d"
              .formatted(RetryPolicy.DEFAULT.attempts(), ledger.buried()));
    }
    if (ledger.disordered() > 0) {
      System.out.println("crash-bus: out of order=" + ledger.disordered());
    }
    System.out.printf(
        "crash-bus: rounds=%d acknowledged=%d lost=%d corrupt=%d duplicates=%d%n",
        rounds, ledger.acknowledged(), ledger.lost(), ledger.corrupt(), ledger.duplicates());
    boolean sound = ledger.lost() + ledger.corrupt() + ledger.disordered() == 0;
    System.exit(sound && ledger.acknowledged() > 0 ? 0 : 1);
  }

  /** Kills {@code rounds} times, then lets a last bus deliver what is left. */
  Ledger run(int rounds) throws Exception {
    BusProcess bus = new BusProcess(folder, folder.resolve("journal"), 128, "always", CHANNELS);
    try (Peers peers = new Peers(bus, ledger)) {
      for (int round = 1; round <= rounds; round++) {
        Process running = bus.start(peers.runtime());
        boolean early = round % 10 == 0;
        // A count of what it has to do, not a time: a busy machine may do nothing for long.
        int wanted = ledger.acknowledged() + (early ? 0 : random.nextInt(1, 200));
        ledger.awaitAcknowledged(wanted, 60_000);
        running.waitFor(random.nextInt(early ? 500 : 50), TimeUnit.MILLISECONDS);
        running.destroyForcibly().waitFor();
        if (round % PROGRESS == 0) {
          System.out.printf(
              "crash-bus: %d of %d rounds, %d acknowledged%n",
              round, rounds, ledger.acknowledged());
        }
      }
      peers.stopProducing();
      Process last = bus.start(peers.runtime());
      ledger.awaitAllAnswered(120_000);
      last.destroy();
      if (last.waitFor() != 0) {
        throw new IllegalStateException("the last bus ended with " + last.exitValue());
      }
      new DeadLetters(bus).into(ledger);
      return ledger;
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
