package ai.prismer.claw.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How fast a channel may send, and how soon it tries to connect again. */
class PaceTest {
  @Test
  void aBurstIsLetThroughAndThenTheRate() {
    TokenBucket bucket = new TokenBucket(10, 3, 0);
    assertThat(bucket.take(0)).isZero();
    assertThat(bucket.take(0)).isZero();
    assertThat(bucket.take(0)).isZero();
    Duration wait = bucket.take(0);
    assertThat(wait).isBetween(Duration.ofMillis(100), Duration.ofMillis(101));
    assertThat(bucket.take(TimeUnit.MILLISECONDS.toNanos(50))).isPositive();
    assertThat(bucket.take(TimeUnit.MILLISECONDS.toNanos(101))).isZero();
    assertThat(bucket.take(TimeUnit.MILLISECONDS.toNanos(101))).isPositive();
    assertThat(bucket.take(TimeUnit.HOURS.toNanos(1))).isZero();
  }

  @Test
  void anUnusedTokenIsGivenBack() {
    TokenBucket bucket = new TokenBucket(1, 1, 0);
    assertThat(bucket.take(0)).isZero();
    bucket.giveBack();
    assertThat(bucket.take(0)).isZero();
  }

  @Test
  void waitsDoubleFromATenthOfASecondToHalfAMinuteAndBeginAnewAfterSuccess() {
    Backoff backoff = new Backoff(new Random(1));
    long[] longest = {100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000};
    for (long millis : longest) {
      assertThat(backoff.next())
          .isBetween(Duration.ofMillis(millis / 2), Duration.ofMillis(millis));
    }
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
  }
}
