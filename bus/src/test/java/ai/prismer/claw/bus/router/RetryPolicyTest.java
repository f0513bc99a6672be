package ai.prismer.claw.bus.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private final Random random = new Random(1);

  @Test
  void waitsDoubleUpToTheLongestAndAreOnlyEverShortenedByTheJitter() {
    RetryPolicy policy = RetryPolicy.DEFAULT;
    long expected = Duration.ofSeconds(1).toNanos();
    for (int attempt = 1; attempt < 100; attempt++) {
      long wait = policy.delayNanos(attempt, random);
      assertThat(wait).isBetween((long) ((double) expected * 0.8), expected);
      expected = Math.min(expected * 2, Duration.ofMinutes(5).toNanos());
    }
  }

  @Test
  void refusesToTryNeverOrWithoutAPause() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new RetryPolicy(0, second, second, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetryPolicy(1, Duration.ZERO, second, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetryPolicy(1, second, second, 1.5))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
