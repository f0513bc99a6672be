package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CadenceTest {

  @Test
  void unprovenIsLookedAtAfterOneTwoFourUpToThirtySeconds() {
    Cadence cadence = new Cadence(Duration.ofMinutes(10));
    assertThat(seconds(cadence, false, 8)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
  }

  @Test
  void provenIsLookedAtThreeTimesAndThenEveryPeriod() {
    Cadence cadence = new Cadence(Duration.ofMinutes(10));
    assertThat(seconds(cadence, true, 5)).containsExactly(1L, 2L, 4L, 600L, 600L);
  }

  @Test
  void aChangedPolicyBeginsTheShortLooksAnew() {
    Cadence cadence = new Cadence(Duration.ofMinutes(10));
    seconds(cadence, true, 5);
    cadence.restart();
    assertThat(seconds(cadence, true, 4)).containsExactly(1L, 2L, 4L, 600L);
  }

  @Test
  void noLookIsFurtherAwayThanThePeriod() {
    Cadence cadence = new Cadence(Duration.ofSeconds(3));
    assertThat(seconds(cadence, false, 4)).containsExactly(1L, 2L, 3L, 3L);
  }

  private static List<Long> seconds(Cadence cadence, boolean proven, int looks) {
    return IntStream.range(0, looks).mapToObj(look -> cadence.next(proven).toSeconds()).toList();
  }
}
