package ai.prismer.claw.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SettlingTest {
  private final AtomicLong nanos = new AtomicLong(7);
  private final Settling settling = new Settling(nanos::get);

  @Test
  void newsWaitsForAMomentAndNoLongerHoweverOftenItChanges() {
    assertThat(settling.wait("a")).isEqualTo(Settling.MOMENT);
    pass(400);
    assertThat(settling.wait("a")).isEqualTo(Duration.ofMillis(600));
    pass(600);
    assertThat(settling.wait("a")).isNull();
  }

  @Test
  void whatIsOverBeginsAnew() {
    settling.wait("a");
    pass(900);
    settling.over("a");

    assertThat(settling.wait("a")).isEqualTo(Settling.MOMENT);
  }

  @Test
  void oneClawDoesNotHastenAnother() {
    settling.wait("a");
    pass(1000);

    assertThat(settling.wait("b")).isEqualTo(Settling.MOMENT);
    assertThat(settling.wait("a")).isNull();
  }

  private void pass(long millis) {
    nanos.addAndGet(millis * 1_000_000);
  }
}
