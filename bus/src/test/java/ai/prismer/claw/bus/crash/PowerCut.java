package ai.prismer.claw.bus.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * The bus as a process on a {@link PowerCutDisk}, cut off at random moments under load, with the
 * books of two channels and a runtime kept on a machine that stays on.
 *
 * <p>With durability {@code always} nothing that a channel was told is accepted may be missing,
 * neither the question at the runtime nor the answer at the channel. With {@code none} something
 * must be, or this rig proves nothing: that is tried first. In every other round the bus is frozen
 * (SIGSTOP) before the cut; in the others it is at work during it, and sees its disk fail.
 */
final class PowerCut {
  private static final List<String> CHANNELS = List.of("first", "second");

  /** Enough for a rig that works: each round loses all but a few pages of what it took. */
  private static final int ROUNDS_OF_NONE = 3;

  private final Path folder;
  private final Random random;
  private final String mode;
  private final Ledger ledger = new Ledger();

  private PowerCut(Path folder, Random random, String mode) {
    this.folder = folder;
    this.random = random;
    this.mode = mode;
  }

  /** Arguments: rounds, a folder that may lie in memory, and a seed to repeat a run's choices. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Path parent = Path.of(arguments[1]);
    long seed =
        arguments.length > 2 ? Long.parseLong(arguments[2]) : new Random().nextLong(1L << 32);
    System.out.println("powercut-bus: folder=" + parent + " seed=" + seed);
    boolean rigWorks = cutOff(parent, new Random(seed), "none", ROUNDS_OF_NONE).lost() > 0;
    if (!rigWorks) {
      System.out.println("powercut-bus: mode none lost nothing, so this rig proves nothing");
    }
    Ledger ledger = cutOff(parent, new Random(seed), "always", rounds);
    boolean sound = ledger.lost() + ledger.corrupt() + ledger.disordered() == 0;
    System.exit(rigWorks && sound && ledger.acknowledged() > 0 ? 0 : 1);
  }

  private static Ledger cutOff(Path parent, Random random, String mode, int rounds)
      throws Exception {
    Path folder = Files.createTempDirectory(parent, "powercut");
    Ledger ledger;
    try (PowerCutDisk disk = new PowerCutDisk(folder, random)) {
      ledger = new PowerCut(folder, random, mode).run(disk, rounds);
    }
    if (ledger.corrupt() + ledger.disordered() > 0) {
      System.out.printf(
          "powercut-bus: corrupt=%d out of order=%d%n", ledger.corrupt(), ledger.disordered());
    }
    System.out.printf(
        "powercut-bus: rounds=%d acknowledged=%d lost=%d mode=%s%n",
        rounds, ledger.acknowledged(), ledger.lost(), mode);
    BusCrash.delete(folder);
    return ledger;
  }

  private Ledger run(PowerCutDisk disk, int rounds) throws Exception {
    Path sockets = Files.createDirectories(folder.resolve("sockets"));
    Path journal = disk.folder().resolve("journal");
    BusProcess bus = new BusProcess(sockets, journal, 64, mode, CHANNELS);
    try (Peers peers = new Peers(bus, ledger)) {
      for (int round = 1; round <= rounds; round++) {
        disk.mount();
        Process running = bus.start(peers.runtime());
        ledger.awaitAcknowledged(ledger.acknowledged() + random.nextInt(1, 600), 60_000);
        boolean ended = running.waitFor(random.nextInt(100), TimeUnit.MILLISECONDS);
        if (ended) {
          throw new IOException("the bus ended before the cut, see " + sockets + "/bus.log");
        }
        if (round % 2 == 0) {
          BusProcess.signal(running, "STOP");
        }
        disk.cut();
        running.destroyForcibly().waitFor();
        disk.unmount();
      }
      peers.stopProducing();
      disk.mount();
      Process last = bus.start(peers.runtime());
      // What was lost will never be answered, and nothing tells but that nothing more comes.
      ledger.awaitAllAnswered(mode.equals("always") ? 60_000 : 5_000);
      last.destroy();
      if (last.waitFor() != 0) {
        throw new IOException("the last bus ended with " + last.exitValue());
      }
      disk.unmount();
      return ledger;
    }
  }
}
