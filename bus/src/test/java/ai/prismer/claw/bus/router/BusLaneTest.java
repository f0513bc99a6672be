package ai.prismer.claw.bus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order messages are delivered that are accepted in another than they began. */
@Timeout(60)
class BusLaneTest {
  private final LaneFixture fixture = new LaneFixture(8);
  private final BusLane lane = fixture.lane();
  private final List<Long> delivered = new CopyOnWriteArrayList<>();

  BusLaneTest() throws IOException {}

  @BeforeEach
  void attach() {
    fixture.runOnLoop(() -> lane.attach(delivery -> delivered.add(delivery.message())));
  }

  @AfterEach
  void end() throws IOException {
    fixture.close();
  }

  @Test
  void oneThatArrivesInPartsHoldsBackWhatIsAcceptedBeforeItIsWhole() throws IOException {
    long before = fixture.accept("before");
    long parted = fixture.append(0, true, "{\"id\":");
    Arrival arrival = fixture.onLoop(lane::begun);
    long between = fixture.accept("between");
    fixture.commit();
    assertThat(delivered).containsExactly(before);

    long last = fixture.append(parted, false, "\"long\"}");
    fixture.runOnLoop(() -> arrival.finished("long", last));
    fixture.commit();
    assertThat(delivered).containsExactly(before, parted, between);
  }

  @Test
  void oneThatIsGivenUpHoldsBackNothing() throws IOException {
    long parted = fixture.append(0, true, "{\"id\":");
    Arrival arrival = fixture.onLoop(lane::begun);
    long between = fixture.accept("between");
    fixture.commit();
    assertThat(delivered).isEmpty();

    fixture.runOnLoop(arrival::abandoned);
    fixture.acknowledge(parted);
    fixture.commit();
    long after = fixture.accept("after");
    fixture.commit();
    assertThat(delivered).containsExactly(between, after);
  }

  @Test
  void anArrivalThatEndsTwiceIsAnError() {
    Arrival arrival = fixture.onLoop(lane::begun);
    fixture.runOnLoop(arrival::abandoned);
    assertThatThrownBy(() -> fixture.runOnLoop(arrival::abandoned))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasPutBackAndIsToldLateHidesNothingThatCameSince() throws IOException {
    Arrival arrival = fixture.onLoop(lane::begun);
    long again = fixture.append(0, false, "{\"id\":\"again\",\"type\":\"message\"}");
    long since = fixture.accept("since");
    fixture.runOnLoop(() -> arrival.replayed(again));
    assertThat(fixture.onLoop(lane::lastAppended)).isEqualTo(since);
    fixture.commit();
    assertThat(delivered).containsExactly(again, since);
  }
}
