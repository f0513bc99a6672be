package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A journal for tests of what uses one: on a simulated disk, committing when the test says so. */
public final class JournalFixture {
  private final Random random = new Random(11);
  private final SimulatedDisk disk = new SimulatedDisk(random, 1 << 24);

  /** Opens it, again after {@link #kill}. */
  public Journal open() throws IOException {
    JournalOptions options =
        new JournalOptions(
            new Durability.Always(),
            256 * 1024,
            64 * 1024,
            16 * 256 * 1024,
            2 * 256 * 1024,
            100,
            Duration.ofDays(7));
    return Journal.open(disk, options, List.of("slack"), () -> Instant.EPOCH, random);
  }

  /** Has the journal do all that is to be done. */
  public static void settle(Journal journal) throws IOException {
    while (journal.turn()) {
      // Until there is nothing left.
    }
  }

  /** Ends the process that had it open. */
  public void kill() {
    disk.killProcess();
  }
}
