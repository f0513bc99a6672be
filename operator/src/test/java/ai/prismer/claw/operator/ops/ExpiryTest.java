package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.receipt.Draft;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private static final Instant END = Scenes.NOW.plus(Duration.ofHours(1));
  private static final Adjustment MEMORY = adjustment("memory", "96Mi", END);
  private static final Adjustment CPU = adjustment("cpu", "2", null);
  private static final String TTL = "{maxMemory: 256Mi, adjustmentTTL: 1h}";

  private final Claw claw = Scenes.claw(TTL);

  @Test
  void whatIsRaisedEndsWhenTheSpecSaysAndOtherwiseNever() {
    assertThat(Expiry.ofNew(sight(Scenes.NOW))).isEqualTo(END.toString());
    assertThat(Expiry.ofNew(Scenes.sight(Scenes.claw(), "64Mi"))).isNull();
  }

  @Test
  void onlyWhatHasHadItsTimeIsTakenAwayWithAReceiptOnce() {
    healed();
    assertThat(Expiry.isDue(sight(END.minusMillis(1)))).isFalse();
    assertThat(course(END.minusMillis(1))).isEqualTo(new Step.Rest(END));
    assertThat(course(END)).isEqualTo(new Step.Decide());

    Step.Store step =
        (Step.Store) new Ruling(Scenes.OPERATOR).decide(sight(END), Ceilings.NONE, 7, null);

    assertThat(step.next().adjustments()).containsExactly(CPU);
    assertThat(step.next().lastIntentGeneration()).as("children of before yield").isEqualTo(42);
    assertThat(step.notices()).containsExactly(new Notice.Expired("memory=96Mi"));
    Draft draft = Draft.parse(Optional.ofNullable(step.next().outbox()).orElseThrow().record());
    assertThat(draft.decision()).isEqualTo("Upkeep");
    assertThat(draft.action()).isEqualTo("expire");
    assertThat(draft.reason()).isEqualTo("memory=96Mi is taken away");
    Scenes.with(claw, OpsEdit.of(step.next()).outbox(null).done());
    assertThat(course(END)).isEqualTo(new Step.Rest(null));
  }

  @Test
  void itWaitsForTheEndOfAnAction() {
    healed();
    Scenes.with(claw, OpsEdit.of(OpsEdit.present(claw)).inFlight(flight()).done());

    assertHeldBack();
  }

  @Test
  void itWaitsWhileNothingWouldHelpTheAgentAfterwards() {
    healed();
    Breaker open = new Breaker(Scenes.NOW.toString(), "in vain", null, null);
    Scenes.with(claw, OpsEdit.of(OpsEdit.present(claw)).breaker(open).done());

    assertHeldBack();
  }

  @Test
  void aPausedClawIsLeftAlone() {
    healed();
    claw.getMetadata().getAnnotations().put(Keys.PAUSED, "true");

    assertHeldBack();
  }

  @Test
  void aClawThatIsOnlyObservedIsLeftAlone() {
    Claw observed = Scenes.claw("{mode: Observe}");
    Scenes.with(observed, OpsEdit.of(OpsStatus.EMPTY).adjustments(List.of(MEMORY)).done());

    assertThat(Expiry.isDue(Scenes.at(Scenes.sight(observed, "96Mi"), END))).isFalse();
  }

  private void assertHeldBack() {
    assertThat(Expiry.isDue(sight(END))).isFalse();
    assertThat(Expiry.orEarlier(sight(END), null)).as("no look in vain").isNull();
  }

  private void healed() {
    Scenes.with(
        claw,
        OpsEdit.of(OpsStatus.EMPTY).adjustments(List.of(MEMORY, CPU)).mark(41, "digest").done());
  }

  private Step course(Instant now) {
    return new Course(Scenes.OPERATOR, sight -> List.of()).next(sight(now));
  }

  private Sight sight(Instant now) {
    return Scenes.at(Scenes.sight(claw, "96Mi", Scenes.ready("p", "96Mi")), now);
  }

  private static InFlight flight() {
    return new InFlight(
        41L,
        "digest",
        "restart-pod",
        null,
        "alice",
        "manager",
        null,
        null,
        "p",
        null,
        "Verifying",
        null,
        null,
        0L,
        Scenes.NOW.toString(),
        null);
  }

  private static Adjustment adjustment(String field, String value, @Nullable Instant end) {
    return new Adjustment(
        field, value, "test", 41L, Scenes.NOW.toString(), end == null ? null : end.toString());
  }
}
