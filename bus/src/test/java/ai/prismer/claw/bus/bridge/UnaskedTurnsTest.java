package ai.prismer.claw.bus.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may send a question, and that it is one and not two. */
class UnaskedTurnsTest {
  private final UnaskedTurns turns = new UnaskedTurns();

  @Test
  void aQuestionIsTakenOnce() {
    turns.add("slack m1", 1);

    assertThat(turns.take("slack m1", 1)).isTrue();
    assertThat(turns.take("slack m1", 1)).isFalse();
  }

  @Test
  void aFormerAttemptThatIsStillDialingDoesNotSendInTheNameOfTheNext() {
    turns.add("slack m1", 1);
    turns.add("slack m1", 2);

    assertThat(turns.take("slack m1", 1)).isFalse();
    assertThat(turns.take("slack m1", 2)).isTrue();
  }

  @Test
  void oneTurnIsNotAnother() {
    turns.add("slack m1", 1);

    assertThat(turns.take("discord m1", 1)).isFalse();
    assertThat(turns.take("slack m1", 1)).isTrue();
  }

  @Test
  void ofManyThatNobodyAsksForTheOldestAreForgotten() {
    for (int i = 0; i < UnaskedTurns.MOST; i++) {
      turns.add("slack m" + i, 1);
    }
    turns.add("slack m0", 2);
    turns.add("slack last", 1);

    assertThat(turns.take("slack m1", 1)).as("the oldest").isFalse();
    assertThat(turns.take("slack m0", 2)).isTrue();
    assertThat(turns.take("slack m2", 1)).isTrue();
  }
}
