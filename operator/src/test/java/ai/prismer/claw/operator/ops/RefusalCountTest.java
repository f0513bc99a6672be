package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Refusals;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalCountTest {

  private static RefusalCount after(int refusals, Instant now) {
    @Nullable Refusals past = null;
    RefusalCount count = RefusalCount.of(null, "d0", now);
    for (int i = 1; i < refusals; i++) {
      past = count.next();
      count = RefusalCount.of(past, "d" + i, now);
    }
    return count;
  }

  @Test
  void twentyAnHourAreRecordedAndAllAreCounted() {
    assertThat(after(20, NOW).recorded()).isTrue();
    assertThat(after(21, NOW).recorded()).isFalse();
    assertThat(after(500, NOW).next().total()).isEqualTo(500);
  }

  @Test
  void theNextHourRecordsAgain() {
    Refusals past = after(30, NOW).next();

    assertThat(RefusalCount.of(past, "x", NOW.plus(Duration.ofMinutes(59))).recorded()).isFalse();
    RefusalCount next = RefusalCount.of(past, "x", NOW.plus(Duration.ofHours(1)));
    assertThat(next.recorded()).isTrue();
    assertThat(next.next().recorded()).isEqualTo(1);
    assertThat(next.next().total()).isEqualTo(31);
  }

  @Test
  void anHourFromAWrongClockEndsNothingForEver() {
    Refusals future = new Refusals(20L, "d", NOW.plus(Duration.ofDays(9)).toString(), 20);

    assertThat(RefusalCount.of(future, "x", NOW).recorded()).isTrue();
  }

  @Test
  void onlyTheLastRefusedIntentIsARepeat() {
    Refusals past = after(2, NOW).next();

    assertThat(RefusalCount.isRepeated(past, "d1")).isTrue();
    assertThat(RefusalCount.isRepeated(past, "d0")).isFalse();
    assertThat(RefusalCount.isRepeated(null, "d0")).isFalse();
  }

  @Test
  void theHourOfAShutSlotEndsAnHourAfterItBeganAndAtOnceAfterAWrongClock() {
    Refusals past = after(21, NOW).next();
    Refusals future = new Refusals(20L, "d", NOW.plus(Duration.ofDays(9)).toString(), 20);

    assertThat(RefusalCount.end(past, NOW.plusSeconds(1))).isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(RefusalCount.end(future, NOW)).isEqualTo(NOW);
    assertThat(RefusalCount.end(null, NOW)).isEqualTo(NOW);
  }
}
