package ai.prismer.claw.bus.router;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.journal.JournalFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is handed a message that is looked up on the disk while carriers come and go. */
@Timeout(60)
class CourierTest {
  private final LaneFixture fixture = new LaneFixture(1);
  private final BusLane lane = fixture.lane();
  private final List<Outgoing> carried = new CopyOnWriteArrayList<>();
  private long message;

  CourierTest() throws IOException {}

  /** A message in two parts is accepted and known to its lane; nobody is there. */
  @BeforeEach
  void accept() throws IOException {
    message = fixture.append(0, true, "{\"id\":\"m1\",\"type\":\"message\",");
    refill(fixture.append(message, false, "\"payload\":{}}"));
  }

  @AfterEach
  void end() throws IOException {
    fixture.close();
  }

  /** Has the lane fetch what was accepted. */
  private void refill(long last) throws IOException {
    fixture.runOnLoop(() -> lane.begun().replayed(last));
    fixture.commit();
  }

  /** Somebody is there, who is handed nothing until the journal does what it is asked. */
  private void attach() {
    fixture.runOnLoop(
        () -> lane.attach(new Courier(lane, fixture.journal(), fixture.loop(), carried::add)));
    BusFixture.await(() -> fixture.onLoop(() -> lane.inFlight() == 1));
  }

  private void detach() {
    fixture.runOnLoop(lane::detach);
  }

  /** Has the journal do what it is asked until something is so. */
  private void settleUntil(Supplier<Boolean> condition) {
    BusFixture.await(() -> {
      try {
        JournalFixture.settle(fixture.journal());
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
      return fixture.onLoop(condition);
    });
  }

  @Test
  void whatIsLookedUpWhileOneLeavesAndAnotherComesIsCarriedOnce() {
    attach();
    detach();
    attach();
    settleUntil(() -> !carried.isEmpty());
    assertThat(fixture.onLoop(lane::retries)).as("begun anew").isZero();
    assertThat(carried).extracting(Outgoing::message).containsExactly(message);
    fixture.runOnLoop(() -> lane.done(message));
    assertThat(fixture.onLoop(lane::settled)).isEqualTo(1);
  }

  @Test
  void whatIsFoundWhenNobodyIsThereIsKeptForTheNextAndCostsNoAttempt() {
    for (int life = 0; life < 2 * LaneFixture.POLICY.attempts(); life++) {
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
    refill(fixture.append(0, false, "{\"id\":\"m2\",\"type\":\"message\"}"));
    fixture.acknowledge(message);
    JournalFixture.settle(fixture.journal());
    attach();
    settleUntil(() -> !carried.isEmpty());
    assertThat(carried.getFirst().envelope().id()).isEqualTo("m2");
  }
}
