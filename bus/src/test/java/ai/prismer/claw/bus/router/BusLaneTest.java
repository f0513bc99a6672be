package ai.prismer.claw.bus.router;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFixture;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order messages are delivered that are accepted in another than they began. */
@Timeout(60)
class BusLaneTest {
  private static final Lane LANE = new Lane(0, false);
  private static final RetryPolicy POLICY =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1), 0);

  private final Journal journal = new JournalFixture().open();
  private final List<Long> delivered = new CopyOnWriteArrayList<>();
  private final EventLoop loop = new EventLoop(0, Throwable::printStackTrace);
  private final BusLane lane =
      new BusLane("slack", LANE, journal, loop, POLICY, 8, 8, new Random(3), 0);

  BusLaneTest() throws IOException {}

  @BeforeEach
  void start() {
    loop.start();
    onLoop(() -> lane.attach(delivery -> delivered.add(delivery.message())));
  }

  @AfterEach
  void end() throws IOException {
    loop.close();
  }

  private void onLoop(Runnable task) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    loop.execute(() -> {
      task.run();
      answer.complete(true);
    });
    answer.join();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private long accept(String id) throws IOException {
    ByteBuffer content = bytes("{\"id\":\"" + id + "\"}");
    long lsn = journal.append(LANE, content);
    onLoop(
        () -> lane.appended(new Envelope(id, "message", "slack", null, null, "now"), lsn, content));
    return lsn;
  }

  /** Twice, with what the lane asked for in between. */
  private void commit() throws IOException {
    for (int i = 0; i < 2; i++) {
      JournalFixture.settle(journal);
      onLoop(lane::committed);
    }
  }

  @Test
  void oneThatArrivesInPartsHoldsBackWhatIsAcceptedBeforeItIsWhole() throws IOException {
    long before = accept("before");
    long parted = journal.append(LANE, 0, true, bytes("{\"id\":"));
    onLoop(lane::begun);
    long between = accept("between");
    commit();
    assertThat(delivered).containsExactly(before);

    long last = journal.append(LANE, parted, false, bytes("\"long\"}"));
    onLoop(() -> lane.finished("long", last));
    commit();
    assertThat(delivered).containsExactly(before, parted, between);
  }

  @Test
  void oneThatIsGivenUpHoldsBackNothing() throws IOException {
    long parted = journal.append(LANE, 0, true, bytes("{\"id\":"));
    onLoop(lane::begun);
    long between = accept("between");
    commit();
    assertThat(delivered).isEmpty();

    onLoop(lane::abandoned);
    journal.acknowledge(LANE, parted);
    commit();
    long after = accept("after");
    commit();
    assertThat(delivered).containsExactly(between, after);
  }
}
