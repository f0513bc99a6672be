package ai.prismer.claw.bus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which turns may begin. */
class TurnGateTest {
  @Test
  void oneTurnAtATimeInASessionAndTheOthersInTheirOrder() {
    TurnGate<String> gate = new TurnGate<>(8, 0);
    gate.offer("s", "first");
    gate.offer("s", "second");
    gate.offer("t", "elsewhere");
    gate.offer("s", "third");
    assertThat(gate.next(0)).isEqualTo("first");
    assertThat(gate.next(0)).isEqualTo("elsewhere");
    assertThat(gate.next(0)).isNull();
    gate.over("s", "first");
    assertThat(gate.next(0)).isEqualTo("second");
    assertThat(gate.next(0)).isNull();
  }

  @Test
  void aTurnThatEndsBeforeItBeganIsNotBegunAndDoesNotEndTheOneThatRuns() {
    TurnGate<String> gate = new TurnGate<>(8, 0);
    gate.offer("s", "first");
    gate.offer("s", "second");
    gate.offer("s", "third");
    assertThat(gate.next(0)).isEqualTo("first");
    gate.over("s", "second");
    assertThat(gate.next(0)).as("the first still runs").isNull();
    gate.over("s", "first");
    assertThat(gate.next(0)).isEqualTo("third");
  }

  @Test
  void thoseThatWaitCanBeTakenBackAndTheOneThatRunsGoesOn() {
    TurnGate<String> gate = new TurnGate<>(8, 0);
    gate.offer("s", "first");
    gate.offer("s", "second");
    assertThat(gate.next(0)).isEqualTo("first");
    assertThat(gate.withdraw()).containsExactly("second");
    gate.offer("s", "third");
    assertThat(gate.next(0)).as("the first still runs").isNull();
    gate.over("s", "first");
    assertThat(gate.next(0)).isEqualTo("third");
  }

  @Test
  void soManyAtOnceAndSoManyAMinute() {
    TurnGate<String> gate = new TurnGate<>(2, 3);
    for (String turn : new String[] {"a", "b", "c", "d"}) {
      gate.offer(turn, turn);
    }
    assertThat(gate.next(0)).isEqualTo("a");
    assertThat(gate.next(0)).isEqualTo("b");
    assertThat(gate.next(0)).as("two are out").isNull();
    gate.over("a", "a");
    assertThat(gate.next(1)).isEqualTo("c");
    gate.over("b", "b");
    assertThat(gate.next(2)).as("three have begun within a minute").isNull();
    assertThat(gate.waitNanos(2)).isEqualTo(TimeUnit.MINUTES.toNanos(1) - 2);
    assertThat(gate.next(TimeUnit.MINUTES.toNanos(1))).isEqualTo("d");
  }
}
