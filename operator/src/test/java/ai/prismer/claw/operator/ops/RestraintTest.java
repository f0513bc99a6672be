package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.decision.Brakes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RestraintTest {

  @Test
  void theBudgetCountsTheLastHourAndSaysWhenTheNextIsFree() {
    OpsStatus ops = with(action(1, 61, "Healthy"), action(2, 40, "Healthy"), action(3, 5, null));

    assertThat(Restraint.brakes(ops, NOW))
        .isEqualTo(
            new Brakes(
                2, NOW.plus(Duration.ofMinutes(20)), NOW.minus(Duration.ofMinutes(5)), false));
    assertThat(Restraint.brakes(OpsStatus.EMPTY, NOW)).isEqualTo(Brakes.NONE);
  }

  @Test
  void threeActionsInARowThatDidNotHelpOpenTheBreaker() {
    List<ActionRecord> two = List.of(action(1, 9, "Ineffective"), action(2, 8, "Undone"));
    List<ActionRecord> three = new ArrayList<>(two);
    three.add(action(3, 7, "Ineffective"));

    assertThat(Restraint.after(two, null, NOW)).isNull();
    assertThat(Restraint.after(three, null, NOW))
        .satisfies(breaker -> {
          assertThat(Restraint.isOpen(breaker)).isTrue();
          assertThat(breaker.reason())
              .isEqualTo(
                  "the last 3 actions did not help: bump-memory Ineffective, bump-memory Undone,"
                      + " bump-memory Ineffective");
        });
  }

  @Test
  void oneThatHelpedBreaksTheRowAndOneInFlightDoesNotCount() {
    assertThat(
            Restraint.after(
                List.of(
                    action(1, 9, "Ineffective"),
                    action(2, 8, "Ineffective"),
                    action(3, 7, "Healthy"),
                    action(4, 6, "Ineffective"),
                    action(5, 5, "Ineffective"),
                    action(6, 4, null)),
                null,
                NOW))
        .isNull();
  }

  @Test
  void whatWasBeforeAThawDoesNotCountAgain() {
    List<ActionRecord> three =
        List.of(
            action(1, 9, "Ineffective"), action(2, 8, "Ineffective"), action(3, 7, "Ineffective"));
    var thawed = Restraint.thawed("alice", NOW.minus(Duration.ofMinutes(6)));

    assertThat(Restraint.after(three, thawed, NOW)).isEqualTo(thawed);
    assertThat(Restraint.isOpen(thawed)).isFalse();
  }

  private static OpsStatus with(ActionRecord... actions) {
    return OpsEdit.of(OpsStatus.EMPTY).actions(List.of(actions)).done();
  }

  private static ActionRecord action(long generation, int minutesAgo, @Nullable String result) {
    Instant at = NOW.minus(Duration.ofMinutes(minutesAgo));
    return new ActionRecord(generation, "bump-memory", at.toString(), result);
  }
}
