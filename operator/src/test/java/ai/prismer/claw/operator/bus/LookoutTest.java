package ai.prismer.claw.operator.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Pressure;
import ai.prismer.claw.operator.bus.BusPage.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is known after one look, and after the next. */
class LookoutTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static Lookout look(Lookout before, int second, Reading reading) {
    return before.next(
        Map.of("p", new BusPage(Map.of("web", reading))), NOW.plusSeconds(second), PATIENCE);
  }

  private static Reading there(Pressure pressure) {
    return new Reading(true, pressure, 0);
  }

  private static Reading away() {
    return new Reading(false, Pressure.NORMAL, 4);
  }

  private static Optional<ChannelReport> known(Lookout lookout) {
    return lookout.reports().of("p", "web");
  }

  @Test
  void aChannelThatIsThereIsKnownAtOnce() {
    assertThat(known(look(Lookout.NEW, 0, there(Pressure.NORMAL))))
        .contains(new ChannelReport(null, null, 0));
  }

  @Test
  void oneLookThatFindsItAwaySaysNothingAndTwoSaySinceWhen() {
    Lookout once = look(Lookout.NEW, 0, away());
    Lookout twice = look(once, 30, away());
    Lookout thrice = look(twice, 60, away());

    assertThat(known(once)).isEmpty();
    assertThat(known(twice)).contains(new ChannelReport(NOW, Pressure.NORMAL, 4));
    assertThat(thrice.reports()).as("nothing new").isEqualTo(twice.reports());
    assertThat(known(look(thrice, 90, there(Pressure.NORMAL))))
        .contains(new ChannelReport(null, Pressure.NORMAL, 0));
  }

  @Test
  void whoConnectsAndGoesAtEveryLookIsNotAway() {
    Lookout lookout = look(Lookout.NEW, 0, there(Pressure.NORMAL));
    for (int second = 30; second < 300; second += 60) {
      lookout = look(lookout, second, away());
      assertThat(known(lookout)).get().extracting(ChannelReport::awaySince).isNull();
      lookout = look(lookout, second + 30, there(Pressure.NORMAL));
    }
  }

  @Test
  void pressureCountsOnceTwoLooksAgree() {
    Lookout normal = look(look(Lookout.NEW, 0, there(Pressure.NORMAL)), 30, there(Pressure.NORMAL));
    Lookout once = look(normal, 60, there(Pressure.BLOCKED));
    Lookout wavering = look(once, 90, there(Pressure.DEGRADED));
    Lookout twice = look(wavering, 120, there(Pressure.DEGRADED));

    assertThat(once.reports()).isEqualTo(normal.reports());
    assertThat(wavering.reports()).isEqualTo(normal.reports());
    assertThat(known(twice)).contains(new ChannelReport(null, Pressure.DEGRADED, 0));
  }

  @Test
  void whatWasNotSeenForAWhileIsNotKnown() {
    Lookout seen = look(Lookout.NEW, 0, there(Pressure.NORMAL));

    assertThat(seen.next(Map.of(), NOW.plusSeconds(179), PATIENCE).reports())
        .isEqualTo(seen.reports());
    assertThat(seen.next(Map.of(), NOW.plusSeconds(180), PATIENCE).reports())
        .isEqualTo(ChannelReports.UNKNOWN);
  }
}
