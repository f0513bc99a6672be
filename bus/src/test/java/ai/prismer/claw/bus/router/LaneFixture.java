package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFixture;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A lane on a loop of its own, and a journal that does what it is asked when the test says so. */
final class LaneFixture implements AutoCloseable {
  static final RetryPolicy POLICY =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1), 0);

  private static final Lane LANE = new Lane(0, false);

  private final Journal journal = new JournalFixture().open();
  private final EventLoop loop = new EventLoop(0, Throwable::printStackTrace);
  private final BusLane lane;

  /**
   * @param inFlight deliveries at once
   */
  LaneFixture(int inFlight) throws IOException {
    lane = new BusLane("slack", LANE, journal, loop, POLICY, inFlight, 8, new Random(3), 0);
    loop.start();
  }

  BusLane lane() {
    return lane;
  }

  Journal journal() {
    return journal;
  }

  EventLoop loop() {
    return loop;
  }

  <T> T onLoop(Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        answer.complete(task.get());
      } catch (RuntimeException failed) {
        answer.completeExceptionally(failed);
      }
    });
    return answer.join();
  }

  void runOnLoop(Runnable task) {
    boolean _ =
        onLoop(() -> {
          task.run();
          return true;
        });
  }

  /** Appends a record. */
  long append(long head, boolean more, String content) throws IOException {
    return journal.append(LANE, head, more, bytes(content));
  }

  /** Appends a message in one piece and tells the lane. */
  long accept(String id) throws IOException {
    String content = "{\"id\":\"" + id + "\",\"type\":\"message\"}";
    long lsn = append(0, false, content);
    runOnLoop(() ->
        lane.appended(
            new Envelope(id, "message", "slack", null, null, "now"), lsn, bytes(content)));
    return lsn;
  }

  void acknowledge(long message) throws IOException {
    journal.acknowledge(LANE, message);
  }

  /** Commits, twice, with what the lane asked for in between. */
  void commit() throws IOException {
    for (int i = 0; i < 2; i++) {
      JournalFixture.settle(journal);
      runOnLoop(lane::committed);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    loop.close();
  }
}
