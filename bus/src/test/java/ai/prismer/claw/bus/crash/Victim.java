package ai.prismer.claw.bus.crash;

import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.journal.FileDisk;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFullException;
import ai.prismer.claw.bus.journal.JournalOptions;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;

/**
 * The process that is killed. Says on its standard output what it accepted ({@code A id}), and what
 * it delivered ({@code D id crc}) before it acknowledges that to the journal.
 */
final class Victim {
  private static final int LANES = 4;
  private static final int PART = 64 * 1024;

  /** Not buffered: a line that was written is in the pipe, whatever happens to the process. */
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

  private final Journal journal;
  private final int life;

  private Victim(Journal journal, int life) {
    this.journal = journal;
    this.life = life;
  }

  /** Arguments: folder, number of this life, and {@code load} or {@code drain}. */
  public static void main(String[] arguments) throws Exception {
    JournalOptions options = JournalOptions.forVolume(new Durability.Always(), 128L << 20);
    Journal journal =
        Journal.open(
            new FileDisk(Path.of(arguments[0])),
            options,
            List.of("first", "second"),
            InstantSource.system(),
            RandomGenerator.getDefault());
    journal.start(() -> {}, failure -> Runtime.getRuntime().halt(3));
    Victim victim = new Victim(journal, Integer.parseInt(arguments[1]));
    boolean load = arguments[2].equals("load");
    victim.say("R");
    List<Thread> threads = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      int number = lane;
      threads.add(
          Thread.ofPlatform().start(() -> victim.guard(() -> victim.deliver(number, load))));
      if (load) {
        threads.add(Thread.ofPlatform().start(() -> victim.guard(() -> victim.produce(number))));
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    journal.close();
  }

  private interface Loop {
    void run() throws IOException, ExecutionException, InterruptedException;
  }

  private void guard(Loop loop) {
    try {
      loop.run();
    } catch (IOException | ExecutionException | InterruptedException failed) {
      System.err.println("victim: " + failed);
      Runtime.getRuntime().halt(4);
    }
  }

  private static Lane lane(int number) {
    return new Lane(number / 2, number % 2 == 1);
  }

  private void produce(int number) throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      String id = "%d-%d-%d".formatted(number, life, i);
      try {
        journal.awaitCommitted(append(lane(number), Content.of(id)));
        say("A " + id);
      } catch (JournalFullException notNow) {
        // Deliveries go on meanwhile, which is what makes room.
        Thread.sleep(10);
      }
    }
  }

  private long append(Lane lane, byte[] content) throws IOException {
    long head = 0;
    long lsn = 0;
    for (int from = 0; from < content.length; from += PART) {
      int length = Math.min(PART, content.length - from);
      boolean more = from + length < content.length;
      try {
        lsn = journal.append(lane, head, more, ByteBuffer.wrap(content, from, length).slice());
      } catch (JournalFullException full) {
        if (head != 0) {
          journal.acknowledge(lane, head);
        }
        throw full;
      }
      head = head == 0 ? lsn : head;
    }
    return lsn;
  }

  private void deliver(int number, boolean forEver)
      throws IOException, ExecutionException, InterruptedException {
    Lane lane = lane(number);
    long after = 0;
    while (true) {
      List<Part> heads = journal.next(lane, after, 50, 1 << 20).get();
      if (heads.isEmpty() && !forEver) {
        return;
      }
      for (Part head : heads) {
        after = head.origin();
        byte[] content = read(head);
        say("D " + Content.idOf(content) + " " + Content.crc(content));
        journal.acknowledge(lane, head.origin());
      }
    }
  }

  private byte[] read(Part head) throws ExecutionException, InterruptedException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (long lsn : journal.partsOf(head.origin()).get()) {
      byte[] bytes = new byte[journal.part(lsn).get().orElseThrow().content().remaining()];
      journal.part(lsn).get().orElseThrow().content().get(0, bytes);
      content.writeBytes(bytes);
    }
    return content.toByteArray();
  }

  private void say(String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
