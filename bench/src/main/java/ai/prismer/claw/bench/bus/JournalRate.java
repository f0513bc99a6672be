package ai.prismer.claw.bench.bus;

import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.journal.FileDisk;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalOptions;
import ai.prismer.claw.bus.journal.Lane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** What the journal makes of the disk, in this process and without a socket. */
final class JournalRate {
  private static final int KIB = 1024;
  private static final Lane LANE = new Lane(0, false);

  private JournalRate() {}

  private static Journal open(Path folder) throws IOException {
    return Journal.open(
        new FileDisk(folder),
        JournalOptions.forVolume(new Durability.Always(), 1L << 30),
        List.of("bench"),
        InstantSource.system(),
        RandomGenerator.getDefault());
  }

  /**
   * Messages of 1 KiB in a second by so many producers, each of which waits until its last one is
   * durable and then acknowledges it.
   *
   * @param threads what kind of threads they are
   */
  static double messages(Path folder, int producers, Thread.Builder threads, Duration time)
      throws IOException, InterruptedException {
    AtomicLong count = new AtomicLong();
    try (Journal journal = open(folder)) {
      journal.start(() -> {}, failure -> Runtime.getRuntime().halt(1));
      long start = System.nanoTime();
      List<Thread> started = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        started.add(threads.start(() -> count.addAndGet(produce(journal, start + time.toNanos()))));
      }
      for (Thread thread : started) {
        thread.join();
      }
      return count.get() * 1e9 / (System.nanoTime() - start);
    }
  }

  private static long produce(Journal journal, long end) {
    ByteBuffer message = ByteBuffer.allocate(KIB);
    long count = 0;
    try {
      while (System.nanoTime() < end) {
        long lsn = journal.append(LANE, message.duplicate());
        journal.awaitCommitted(lsn);
        journal.acknowledge(LANE, lsn);
        count++;
      }
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
    return count;
  }

  /** Fills a journal with {@code bytes} that are owed. */
  static void fill(Path folder, long bytes) throws IOException {
    try (Journal journal = open(folder)) {
      journal.start(() -> {}, failure -> Runtime.getRuntime().halt(1));
      ByteBuffer message = ByteBuffer.allocate(4 * KIB);
      long last = 0;
      for (long written = 0; written < bytes; written += message.capacity()) {
        last = journal.append(LANE, message.duplicate());
      }
      journal.awaitCommitted(last);
    }
  }

  /** Gigabytes in a second at which such a journal is recovered. */
  static double recovery(Path folder, long bytes) throws IOException {
    long start = System.nanoTime();
    Journal journal = open(folder);
    double seconds = (System.nanoTime() - start) / 1e9;
    journal.close();
    return bytes / 1e9 / seconds;
  }
}
