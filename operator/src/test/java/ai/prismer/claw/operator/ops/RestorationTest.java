package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.LastKnown;
import ai.prismer.claw.gate.receipt.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RestorationTest {
  private static final long MARK = Scenes.NOW.minus(Duration.ofDays(1)).toEpochMilli();
  private static final Adjustment MEMORY = adjustment("memory", null);
  private static final LastKnown KNOWN =
      new LastKnown(MARK, "d1gest", new Standing(MARK, List.of(MEMORY)));

  private final Claw claw = Scenes.claw();

  @Test
  void onlyAClawWithTheAnnotationAndWithoutStatusIsRestoredAndBeforeAnythingElse() {
    assertThat(Restoration.isDue(sight())).as("one that is new").isFalse();

    backedUp(Long.toString(MARK));
    Scenes.withIntent(claw, "{}", "alice", "manager");
    assertThat(new Course(Scenes.OPERATOR, sight -> List.of()).next(killed()))
        .isEqualTo(new Step.Restore());

    Scenes.with(claw, OpsStatus.EMPTY);
    assertThat(Restoration.isDue(sight())).as("once").isFalse();
  }

  @Test
  void markDigestAndAdjustmentsComeBackWithAReceipt() {
    backedUp(Long.toString(MARK));

    Step.Store step = Restoration.of(sight(), KNOWN, 7);

    assertThat(step.next().lastIntentGeneration()).isEqualTo(MARK);
    assertThat(step.next().lastIntentDigest()).isEqualTo("d1gest");
    assertThat(step.next().adjustments()).containsExactly(MEMORY);
    Draft draft = Draft.parse(Optional.ofNullable(step.next().outbox()).orElseThrow().record());
    assertThat(draft.action()).isEqualTo("restore");
    assertThat(draft.json()).contains("\"standing\"").contains("\"value\":\"96Mi\"");
    assertThat(step.notices().toString()).contains("memory=96Mi comes back");
  }

  @Test
  void theAnnotationIsTheMarkWhereReceiptsKnowOfNone() {
    backedUp("41");

    Step.Store step = Restoration.of(sight(), LastKnown.NOTHING, 7);

    assertThat(step.next().lastIntentGeneration()).isEqualTo(41);
    assertThat(step.next().adjustments()).isEmpty();
  }

  @Test
  void aMarkInTheFutureOrOfNoNumberIsNotBelieved() {
    for (String wrong : List.of("9007199254740991", "999999999999999999999", "-1", "soon", "")) {
      backedUp(wrong);

      Step.Store step = Restoration.of(sight(), LastKnown.NOTHING, 7);

      assertThat(step.next().lastIntentGeneration()).as(wrong).isNull();
      assertThat(step.notices().toString()).contains("was not believed as a mark");
    }
  }

  @Test
  void whatHasHadItsTimeMeanwhileDoesNotComeBack() {
    backedUp(Long.toString(MARK));
    Adjustment over = adjustment("cpu", Scenes.NOW.minusSeconds(1).toString());
    LastKnown known = new LastKnown(MARK, "", new Standing(MARK, List.of(MEMORY, over)));

    assertThat(Restoration.of(sight(), known, 7).next().adjustments()).containsExactly(MEMORY);
  }

  private void backedUp(String mark) {
    claw.setStatus(null);
    claw.getMetadata().getAnnotations().put(Keys.INTENT_GENERATION, mark);
  }

  private Sight sight() {
    return Scenes.sight(claw, "64Mi");
  }

  private Sight killed() {
    return Scenes.sight(
        claw, "64Mi", Scenes.killed("p", "64Mi", "runtime", Scenes.NOW.minusSeconds(1)));
  }

  private static Adjustment adjustment(String field, @Nullable String expires) {
    return new Adjustment(field, "96Mi", "op", MARK, Scenes.NOW.toString(), expires);
  }
}
