package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void pausesDoubleUpToTheLongestAndBeginAnewAfterSuccess() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), constant(0));

    assertThat(backoff.next("a")).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.next("a")).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.next("b")).as("another Claw").isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.next("a")).isEqualTo(Duration.ofSeconds(4));
    assertThat(backoff.next("a")).isEqualTo(Duration.ofSeconds(5));
    backoff.reset("a");
    assertThat(backoff.next("a")).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void manyFailuresDoNotOverflow() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), constant(-1L));
    for (int time = 0; time < 200; time++) {
      assertThat(backoff.next("a")).isBetween(Duration.ofSeconds(1), Duration.ofMillis(6250));
    }
  }

  private static RandomGenerator constant(long value) {
    return () -> value;
  }
}
