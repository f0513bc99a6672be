package ai.prismer.claw.bus.router;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFixture;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.loop.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is handed a message that is looked up on the disk while carriers come and go. */
@Timeout(60)
class CourierTest {
  private static final Lane LANE = new Lane(0, false);
  private static final RetryPolicy POLICY =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1), 0);

  private final Journal journal = new JournalFixture().open();
  private final List<Outgoing> carried = new CopyOnWriteArrayList<>();
  private final EventLoop loop = new EventLoop(0, Throwable::printStackTrace);
  private final BusLane lane =
      new BusLane("slack", LANE, journal, loop, POLICY, 1, 8, new Random(3), 0);
  private long message;

  CourierTest() throws IOException {}

  /** A message in two parts is accepted and known to its lane; nobody is there. */
  @BeforeEach
  void accept() throws IOException {
    loop.start();
    message = append(0, true, "{\"id\":\"m1\",\"type\":\"message\",");
    refill(append(message, false, "\"payload\":{}}"));
  }

  @AfterEach
  void end() throws IOException {
    loop.close();
  }

  private long append(long head, boolean more, String content) throws IOException {
    return journal.append(
        LANE, head, more, ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** Has the lane fetch what was accepted. */
  private void refill(long last) throws IOException {
    JournalFixture.settle(journal);
    onLoop(() -> {
      lane.begun();
      lane.replayed(last);
      lane.committed();
      return true;
    });
    JournalFixture.settle(journal);
    onLoop(() -> true);
  }

  private <T> T onLoop(Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> answer.complete(task.get()));
    return answer.join();
  }

  /** Somebody is there, who is handed nothing until the journal does what it is asked. */
  private void attach() {
    onLoop(() -> {
      lane.attach(new Courier(lane, journal, loop, carried::add));
      return true;
    });
    BusFixture.await(() -> onLoop(() -> lane.inFlight() == 1));
  }

  private void detach() {
    onLoop(() -> {
      lane.detach();
      return true;
    });
  }

  /** Has the journal do what it is asked until something is so. */
  private void settleUntil(Supplier<Boolean> condition) {
    BusFixture.await(() -> {
      try {
        JournalFixture.settle(journal);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
      return onLoop(condition);
    });
  }

  @Test
  void whatIsLookedUpWhileOneLeavesAndAnotherComesIsCarriedOnce() {
    attach();
    detach();
    attach();
    settleUntil(() -> !carried.isEmpty());
    assertThat(onLoop(lane::retries)).as("begun anew").isZero();
    assertThat(carried).extracting(Outgoing::message).containsExactly(message);
    onLoop(() -> {
      lane.done(message);
      return true;
    });
    assertThat(onLoop(lane::settled)).isEqualTo(1);
  }

  @Test
  void whatIsFoundWhenNobodyIsThereIsKeptForTheNextAndCostsNoAttempt() {
    for (int life = 0; life < 2 * POLICY.attempts(); life++) {
      attach();
      detach();
      settleUntil(() -> lane.inFlight() == 0);
    }
    assertThat(carried).isEmpty();
    attach();
    settleUntil(() -> !carried.isEmpty());
    assertThat(carried.getFirst().attempt()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadHoldsUpNobodyForEver() throws IOException {
    refill(append(0, false, "{\"id\":\"m2\",\"type\":\"message\"}"));
    journal.acknowledge(LANE, message);
    JournalFixture.settle(journal);
    attach();
    settleUntil(() -> !carried.isEmpty());
    assertThat(carried.getFirst().envelope().id()).isEqualTo("m2");
  }
}
