package ai.prismer.claw.bus.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundPaceTest {
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  private final RoundPace pace = new RoundPace(1000);

  /** Beyond what a monotonic clock shows while this test runs. */
  private long now = System.nanoTime() + TimeUnit.HOURS.toNanos(1);

  @Test
  void whoComesSeldomWaitsForNothing() {
    for (int i = 0; i < 1000; i++) {
      assertThat(pace.take(now)).isNotPositive();
      now += MILLISECOND;
    }
  }

  @Test
  void aFewRoundsInARowAreFreeAndTheNextOnesAreAMillisecondApart() {
    for (int i = 0; i < 32; i++) {
      assertThat(pace.take(now)).isNotPositive();
    }
    assertThat(pace.take(now)).isEqualTo(MILLISECOND);
    assertThat(pace.take(now)).isEqualTo(2 * MILLISECOND);
    now += 34 * MILLISECOND;
    for (int i = 0; i < 32; i++) {
      assertThat(pace.take(now)).isNotPositive();
    }
    assertThat(pace.take(now)).isEqualTo(MILLISECOND);
  }

  @Test
  void withoutANumberThereIsNoPace() {
    RoundPace none = new RoundPace(0);
    for (int i = 0; i < 1000; i++) {
      assertThat(none.take(now)).isNotPositive();
    }
  }
}
