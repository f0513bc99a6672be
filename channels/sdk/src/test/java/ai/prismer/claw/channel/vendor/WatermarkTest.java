package ai.prismer.claw.channel.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WatermarkTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  @Test
  void nothingIsAskedForBeforeTheBusHasSaidWhatItKnows() {
    Watermark watermark = new Watermark(START);
    assertThat(watermark.take()).isNull();
    watermark.registered(null);
    assertThat(watermark.take()).isEqualTo(START);
  }

  @Test
  void theLatestAcceptedMessageCountsInWhateverOrderTheyCame() {
    Watermark watermark = new Watermark(START);
    watermark.registered(START.minusSeconds(3600));
    assertThat(watermark.take()).isEqualTo(START.minusSeconds(3600).minus(OVERLAP));
    watermark.accepted(START.plusSeconds(60));
    watermark.accepted(START.plusSeconds(30));
    watermark.registered(START);
    assertThat(watermark.take()).isEqualTo(START.plusSeconds(60).minus(OVERLAP));
  }

  @Test
  void whatIsOwedIsAskedForOnceMore() {
    Watermark watermark = new Watermark(START);
    watermark.registered(START);
    watermark.owes(START.minusSeconds(600));
    watermark.owes(START.minusSeconds(300));
    assertThat(watermark.take()).isEqualTo(START.minusSeconds(600));
    assertThat(watermark.take()).isEqualTo(START.minus(OVERLAP));
  }

  @Test
  void aPlaceIsReadBackFromItsId() {
    Place place = new Place("C1AB", "1700000000.000100", "1600000000.000100");
    assertThat(Place.parse(place.id())).isEqualTo(place);
    assertThat(Place.parse(new Place("D5", "17", null).id()))
        .isEqualTo(new Place("D5", "17", null));
    assertThat(Place.parse("0197-uuid")).isNull();
    assertThat(Place.parse(null)).isNull();
  }
}
