package ai.prismer.claw.bus.bench;

import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.journal.FileDisk;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalOptions;
import ai.prismer.claw.bus.journal.Lane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The journal against the disk under it. The disk's rate is that of one thread that writes n KiB
 * into a prepared file and syncs it, again and again, on the same disk, in turns with the journal.
 */
final class JournalBench {
  private static final int KIB = 1024;
  private static final Lane LANE = new Lane(0, false);

  private final Path folder;
  private final Duration time;

  private JournalBench(Path folder, Duration time) {
    this.folder = folder;
    this.time = time;
  }

  /** Arguments: a folder on the disk to measure, and seconds for each measurement. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "bench-journal");
    try {
      new JournalBench(folder, Duration.ofSeconds(Long.parseLong(arguments[1]))).run();
    } finally {
      delete(folder);
    }
  }

  private void run() throws Exception {
    List<Double> one = new ArrayList<>();
    List<Double> many = new ArrayList<>();
    List<Double> syncsOf1 = new ArrayList<>();
    List<Double> syncsOf64 = new ArrayList<>();
    // In turns, so that a noisy neighbour disturbs both; the first round only warms up.
    for (int round = 0; round < 4; round++) {
      syncsOf1.add(syncs(1));
      one.add(messages(1));
      syncsOf64.add(syncs(64));
      many.add(messages(64));
    }
    double s1 = median(syncsOf1);
    double s64 = median(syncsOf64);
    double m1 = median(one);
    double m64 = median(many);
    double recovery = recovery();
    System.out.printf(Locale.ROOT, "%-34s %12s %8s %8s%n", "", "per second", "ratio", "target");
    System.out.printf(Locale.ROOT, "%-34s %12.0f%n", "disk: write 1 KiB, sync", s1);
    System.out.printf(Locale.ROOT, "%-34s %12.0f%n", "disk: write 64 KiB, sync", s64);
    System.out.printf(
        Locale.ROOT, "%-34s %12.0f %8.2f %8s%n", "journal: 1 producer, 1 KiB", m1, m1 / s1, "0.80");
    System.out.printf(
        Locale.ROOT,
        "%-34s %12.0f %8.2f %8s%n",
        "journal: 64 producers, 1 KiB",
        m64,
        m64 / (64 * s64),
        "0.40");
    System.out.printf(Locale.ROOT, "%-34s %9.2f GB%n", "recovery reads", recovery);
    System.out.printf(
        Locale.ROOT,
        "{\"sync1\":%.0f,\"sync64\":%.0f,\"producers1\":%.0f,\"producers64\":%.0f,"
            + "\"ratio1\":%.3f,\"ratio64\":%.3f,\"recoveryGBps\":%.2f}%n",
        s1,
        s64,
        m1,
        m64,
        m1 / s1,
        m64 / (64 * s64),
        recovery);
  }

  private double syncs(int kib) throws IOException {
    Path file = folder.resolve("raw");
    int size = 16 * KIB * KIB;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocateDirect(size), 0);
      channel.force(true);
      ByteBuffer block = ByteBuffer.allocateDirect(kib * KIB);
      long count = 0;
      long position = 0;
      long start = System.nanoTime();
      while (System.nanoTime() - start < time.toNanos()) {
        block.clear();
        channel.write(block, position);
        channel.force(false);
        position = position + 2L * block.capacity() > size ? 0 : position + block.capacity();
        count++;
      }
      return count * 1e9 / (System.nanoTime() - start);
    } finally {
      Files.delete(file);
    }
  }

  private double messages(int producers) throws Exception {
    Path journalFolder = folder.resolve("journal");
    AtomicLong count = new AtomicLong();
    double rate;
    try (Journal journal = open(journalFolder)) {
      journal.start(() -> {}, failure -> Runtime.getRuntime().halt(1));
      long start = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        threads.add(Thread.ofPlatform().start(() -> count.addAndGet(produce(journal, start))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      rate = count.get() * 1e9 / (System.nanoTime() - start);
    }
    delete(journalFolder);
    return rate;
  }

  private long produce(Journal journal, long start) {
    ByteBuffer message = ByteBuffer.allocate(KIB);
    long count = 0;
    try {
      while (System.nanoTime() - start < time.toNanos()) {
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

  /** Gigabytes per second at which a journal of half a gigabyte is read back. */
  private double recovery() throws IOException, InterruptedException {
    Path journalFolder = folder.resolve("recovery");
    long bytes = 512L * KIB * KIB;
    try (Journal journal = open(journalFolder)) {
      journal.start(() -> {}, failure -> Runtime.getRuntime().halt(1));
      ByteBuffer message = ByteBuffer.allocate(4 * KIB);
      long last = 0;
      for (long written = 0; written < bytes; written += message.capacity()) {
        last = journal.append(LANE, message.duplicate());
      }
      journal.awaitCommitted(last);
    }
    long start = System.nanoTime();
    Journal journal = open(journalFolder);
    double seconds = (System.nanoTime() - start) / 1e9;
    journal.close();
    delete(journalFolder);
    return bytes / seconds / 1e9;
  }

  private static Journal open(Path folder) throws IOException {
    return Journal.open(
        new FileDisk(folder),
        JournalOptions.forVolume(new Durability.Always(), 1L << 30),
        List.of("bench"),
        InstantSource.system(),
        RandomGenerator.getDefault());
  }

  private static double median(List<Double> rounds) {
    double[] sorted = rounds.stream().skip(1).mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
