package ai.prismer.claw.bus.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who may send a question, and that it is one and not two. */
class UnaskedTurnsTest {
  private final UnaskedTurns turns = new UnaskedTurns();

  @Test
  void anAttemptMaySendOnce() {
    long ticket = turns.begin("slack m1");

    assertThat(turns.take("slack m1", ticket)).isTrue();
    assertThat(turns.take("slack m1", ticket)).isFalse();
    assertThat(turns.giveUp("slack m1")).as("it was sent").isFalse();
  }

  @Test
  void whatIsGivenUpIsNotSent() {
    long ticket = turns.begin("slack m1");

    assertThat(turns.giveUp("slack m1")).isTrue();
    assertThat(turns.take("slack m1", ticket)).isFalse();
  }

  @Test
  void aFormerAttemptThatIsStillDialingDoesNotSendInTheNameOfTheNext() {
    long former = turns.begin("slack m1");
    assertThat(turns.giveUp("slack m1")).as("the connection was lost").isTrue();
    long next = turns.begin("slack m1");

    assertThat(turns.take("slack m1", former)).isFalse();
    assertThat(turns.take("slack m1", next)).isTrue();
  }

  @Test
  void oneTurnIsNotAnother() {
    long one = turns.begin("slack m1");
    long other = turns.begin("discord m1");

    assertThat(turns.take("discord m1", one)).isFalse();
    assertThat(turns.take("slack m1", one)).isTrue();
    assertThat(turns.take("discord m1", other)).isTrue();
  }

  @Test
  void aNewConnectionGivesUpWhatTheOldOneDidNotSend() {
    long ticket = turns.begin("slack m1");
    turns.clear();
    assertThat(turns.take("slack m1", ticket)).isFalse();
  }
}
