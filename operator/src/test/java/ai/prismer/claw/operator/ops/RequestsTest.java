package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.api.status.RuleState;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.gate.receipt.Entry.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static final String ALICE = "alice@example.org";
  private static final String UNDO = ALICE + "#memory";
  private static final Adjustment MEMORY = adjustment("memory", "96Mi");
  private static final Adjustment CPU = adjustment("cpu", "2");

  private Claw claw = Scenes.claw();

  @Test
  void whoAsksIsWhoTheValueNames() {
    claw.getMetadata().getAnnotations().put(Keys.UNDO, "odd#name#memory");
    Requests.Pending undo = Requests.pending(sight()).orElseThrow();
    assertThat(undo.author().name()).isEqualTo("odd#name");
    assertThat(undo.field()).isEqualTo("memory");

    claw.getMetadata().getAnnotations().put(Keys.THAW, "odd#name");
    Requests.Pending thaw = Requests.pending(sight()).orElseThrow();
    assertThat(thaw.request()).as("before an undo").isEqualTo(Request.THAW);
    assertThat(thaw.author().name()).as("a user's name may hold a #").isEqualTo("odd#name");
  }

  @Test
  void nothingIsBelievedWhileTheConfinementOfAgentsIsNotProven() {
    claw.getMetadata().getAnnotations().put(Keys.THAW, ALICE);
    claw.getMetadata().getAnnotations().put(Keys.UNDO, UNDO);

    assertThat(Requests.pending(Scenes.unconfined(sight()))).isEmpty();
    assertThat(Requests.pending(sight())).isPresent();
  }

  @Test
  void anUndoWaitsForTheEndOfAnActionAndAThawDoesNot() {
    claw.getMetadata().getAnnotations().put(Keys.UNDO, UNDO);
    InFlight flight =
        new InFlight(
            7L,
            "digest",
            "bump-memory",
            Map.of("target", "96Mi"),
            ALICE,
            "manager",
            null,
            "64Mi",
            null,
            null,
            "Verifying",
            null,
            null,
            0L,
            Scenes.NOW.toString(),
            null);
    Scenes.with(claw, OpsEdit.of(OpsStatus.EMPTY).inFlight(flight).done());
    assertThat(Requests.pending(sight())).isEmpty();

    claw.getMetadata().getAnnotations().put(Keys.THAW, ALICE);
    assertThat(Requests.pending(sight()).orElseThrow().request()).isEqualTo(Request.THAW);
    Adjustment unproven =
        new Adjustment("memory", "128Mi", "test", 7L, Scenes.NOW.toString(), null);
    Scenes.with(
        claw, OpsEdit.of(OpsEdit.present(claw)).adjustments(List.of(MEMORY, unproven)).done());
    assertThat(draft(answered()).json())
        .as("nobody has seen yet whether the action helps")
        .contains("\"value\":\"96Mi\"")
        .doesNotContain("128Mi");
  }

  @Test
  void aThawClosesTheBreakerAndRulesWaitNoLongerThanOnce() {
    claw.getMetadata().getAnnotations().put(Keys.THAW, ALICE);
    Scenes.with(
        claw,
        OpsEdit.of(OpsStatus.EMPTY)
            .breaker(new Breaker(Scenes.NOW.toString(), "in vain", null, null))
            .rules(List.of(new RuleState("oom-bump-memory", Scenes.NOW.toString(), 3)))
            .done());

    Step.Store step = answered();

    assertThat(Restraint.isOpen(step.next().breaker())).isFalse();
    assertThat(step.next().rules())
        .containsExactly(new RuleState("oom-bump-memory", Scenes.NOW.toString(), 1));
    assertThat(step.notices()).containsExactly(new Notice.Thawed(ALICE));
    assertThat(draft(step).reason()).isEqualTo("self-healing goes on");
  }

  @Test
  void anUndoTakesTheNamedAdjustmentAndRaisesTheMark() {
    claw.getMetadata().getAnnotations().put(Keys.UNDO, UNDO);
    Scenes.with(
        claw,
        OpsEdit.of(OpsStatus.EMPTY).adjustments(List.of(MEMORY, CPU)).mark(41, "digest").done());

    Step.Store step = answered();

    assertThat(step.next().adjustments()).containsExactly(CPU);
    assertThat(step.next().lastIntentGeneration()).isEqualTo(42);
    assertThat(draft(step).reason()).isEqualTo("memory=96Mi is taken away");
    assertThat(draft(step).json())
        .as("what the Claw is left with")
        .contains("\"mark\":42")
        .contains("\"field\":\"cpu\"")
        .doesNotContain("\"field\":\"memory\"");
  }

  @Test
  void anUndoOfWhatIsNotThereChangesNothingAndSaysSo() {
    claw.getMetadata().getAnnotations().put(Keys.UNDO, ALICE + "#disk");
    OpsStatus before =
        OpsEdit.of(OpsStatus.EMPTY).adjustments(List.of(MEMORY)).mark(41, "digest").done();
    Scenes.with(claw, before);

    Step.Store step = answered();

    assertThat(OpsEdit.of(step.next()).outbox(null).done()).isEqualTo(before);
    assertThat(draft(step).reason()).contains("nothing (no adjustment of \"disk\")");
  }

  @Test
  void onlyTheAnnotationThatWasAnsweredIsRemoved() {
    claw.getMetadata().getAnnotations().put(Keys.UNDO, UNDO);
    Scenes.with(claw, OpsEdit.of(OpsStatus.EMPTY).adjustments(List.of(MEMORY)).done());
    Draft answered = draft(answered());
    assertThat(Requests.answered(sight(), answered)).contains(Keys.UNDO);

    claw.getMetadata().getAnnotations().put(Keys.UNDO, ALICE + "#cpu");
    assertThat(Requests.answered(sight(), answered)).as("another by now").isEmpty();

    claw.getMetadata().getAnnotations().remove(Keys.UNDO);
    claw.getMetadata().getAnnotations().put(Keys.THAW, UNDO);
    assertThat(Requests.answered(sight(), answered)).as("another request's value").isEmpty();
  }

  private Sight sight() {
    return Scenes.sight(claw, "64Mi", Scenes.ready("p", "64Mi"));
  }

  private Step.Store answered() {
    Sight sight = sight();
    Requests.Pending pending = Requests.pending(sight).orElseThrow();
    return (Step.Store) Requests.answer(pending, sight, (entry, left) -> owed(sight, entry, left));
  }

  private static Outbox owed(Sight sight, Entry entry, OpsEdit left) {
    Draft draft = Draft.of(Observation.identity(sight), entry, sight.now());
    return new Outbox(0L, draft.leaving(left.standing()).json());
  }

  private static Draft draft(Step.Store step) {
    return Draft.parse(Optional.ofNullable(step.next().outbox()).orElseThrow().record());
  }

  private static Adjustment adjustment(String field, String value) {
    return new Adjustment(field, value, "test", 1L, Scenes.NOW.toString(), null);
  }
}
