package ai.prismer.claw.operator.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When looks happen, and that nothing but closing ends them. */
@Timeout(60)
class RoundsTest {
  private static final Duration SHORT = Duration.ofSeconds(1);

  @ParameterizedTest
  @CsvSource({"300, 30", "20, 4", "60, 12", "1, 2", "86400, 30"})
  void theShorterItMustLastTheMoreOftenItIsLookedFor(long lasting, long seconds) {
    assertThat(Rounds.interval(Duration.ofSeconds(lasting))).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aRoundThatBreaksOffIsNotTheLast() throws Exception {
    CountDownLatch looks = new CountDownLatch(2);
    try (Rounds rounds =
        new Rounds(
            "test",
            () -> SHORT,
            () -> true,
            () -> {
              looks.countDown();
              throw new IllegalStateException("broken");
            })) {
      rounds.start();
      assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whoOnlyWaitsDoesNotLook() throws Exception {
    AtomicBoolean acting = new AtomicBoolean();
    AtomicInteger early = new AtomicInteger();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch looked = new CountDownLatch(1);
    try (Rounds rounds =
        new Rounds(
            "test",
            () -> SHORT,
            () -> {
              asked.countDown();
              return acting.get();
            },
            () -> {
              if (!acting.get()) {
                early.incrementAndGet();
              }
              looked.countDown();
            })) {
      rounds.start();
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      acting.set(true);
      assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(early).hasValue(0);
  }
}
