package ai.prismer.claw.operator.ops;

import static ai.prismer.claw.operator.ops.Scenes.NOW;
import static ai.prismer.claw.operator.ops.Scenes.OPERATOR;
import static ai.prismer.claw.operator.ops.Scenes.sight;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.LlmSlot;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Refusals;
import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.receipt.Draft;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who has the slot when several want it, and when agents do not get it at all. */
class SlotTest {
  private static final Course COURSE = new Course(OPERATOR, sight -> List.of());
  private static final Ruling RULING = new Ruling(OPERATOR);
  private static final String AGENT = "system:serviceaccount:team-a:agent";
  private static final String ASKED =
      "{\"action\":\"restart-pod\",\"params\":{\"pod\":\"agent-0\"},\"generation\":9007199254740991,"
          + "\"source\":\"agent\"}";
  private static final Pod HEALTHY = Scenes.ready("p1", "64Mi");
  private static final Pod KILLED =
      Scenes.killed("p1", "64Mi", "runtime", NOW.minusSeconds(1), NOW.minusSeconds(60));

  private static Step decide(Sight sight) {
    return RULING.decide(sight, Ceilings.NONE, 7, null);
  }

  private static OpsStatus stored(Step step) {
    assertThat(step).isInstanceOf(Step.Store.class);
    return ((Step.Store) step).next();
  }

  private static Draft owed(OpsStatus ops) {
    return Draft.parse(Objects.requireNonNull(ops.outbox()).record());
  }

  private static OpsStatus counted() {
    return stored(COURSE.next(sight(Scenes.claw(), "64Mi", KILLED)));
  }

  private static Claw asked(OpsStatus ops, String by, String authorClass) {
    return Scenes.withIntent(Scenes.with(Scenes.claw(), ops), ASKED, by, authorClass);
  }

  // A rule that needs it

  @Test
  void anAgentsIntentYieldsToARuleWithAReceiptAndIsReplacedInOneWrite() {
    Sight held = sight(asked(counted(), AGENT, "llm"), "64Mi", KILLED);
    assertThat(COURSE.next(held)).isEqualTo(new Step.Decide());

    OpsStatus refused = stored(decide(held));

    assertThat(owed(refused).result()).isEqualTo(Code.DISPLACED.id());
    assertThat(owed(refused).intentDigest()).isEqualTo(IntentParser.parse(ASKED).digest().hex());
    assertThat(refused.rules()).as("no rule was answered").isNull();
    OpsStatus paid = OpsEdit.of(refused).outbox(null).done();
    assertThat(decide(sight(asked(paid, AGENT, "llm"), "64Mi", KILLED)))
        .isInstanceOfSatisfying(
            Step.Ask.class,
            ask -> assertThat(ask.intent().params()).containsEntry("target", "96Mi"));
  }

  @Test
  void whatYieldsHasItsReceiptHoweverManyWereRefusedBefore() {
    OpsStatus noisy =
        OpsEdit.of(counted())
            .refusals(new Refusals(500L, "d", NOW.toString(), RefusalCount.MAX_RECORDED))
            .done();

    OpsStatus refused = stored(decide(sight(asked(noisy, AGENT, "llm"), "64Mi", KILLED)));

    assertThat(owed(refused).result()).isEqualTo(Code.DISPLACED.id());
  }

  @Test
  void aPersonsIntentDoesNotYieldAndWithoutARuleNobodysDoes() {
    OpsStatus persons = stored(decide(sight(asked(counted(), "alice", "manager"), "64Mi", KILLED)));
    assertThat(owed(persons).result()).isEqualTo(Code.GENERATION_AHEAD.id());

    OpsStatus agents = stored(decide(sight(asked(OpsStatus.EMPTY, AGENT, "llm"), "64Mi", HEALTHY)));
    assertThat(owed(agents).result()).isEqualTo(Code.GENERATION_AHEAD.id());
  }

  @Test
  void whileConfinementIsNotProvenWhateverStandsThereYields() {
    Sight held = Scenes.unconfined(sight(asked(counted(), "alice", "manager"), "64Mi", KILLED));

    assertThat(owed(stored(decide(held))).result()).isEqualTo(Code.DISPLACED.id());
  }

  // Noise

  @Test
  void oneRefusalTooManyIsSummarisedAndShutsTheSlotAndFurtherOnesAreOnlyCounted() {
    Instant hour = NOW.minus(Duration.ofMinutes(10));
    OpsStatus noisy =
        OpsEdit.of(OpsStatus.EMPTY)
            .refusals(new Refusals(20L, "d", hour.toString(), RefusalCount.MAX_RECORDED))
            .done();

    OpsStatus shut = stored(decide(sight(asked(noisy, AGENT, "llm"), "64Mi", HEALTHY)));

    assertThat(shut.llmSlot()).isEqualTo(LlmSlot.Shut);
    assertThat(owed(shut).decision()).isEqualTo("Silenced");
    assertThat(owed(shut).reason()).contains("20 refusals of this hour", "2026-03-01T12:50:00Z");
    OpsStatus other = OpsEdit.of(shut).outbox(null).refusals(withDigest(shut, "other")).done();
    OpsStatus further = stored(decide(sight(asked(other, AGENT, "llm"), "64Mi", HEALTHY)));
    assertThat(further.outbox()).isNull();
    assertThat(further.refusals()).extracting(Refusals::total).isEqualTo(22L);
  }

  @Test
  void aShutSlotOpensWhenTheHourEndsEvenOfAPausedClaw() {
    OpsStatus shut =
        OpsEdit.of(OpsStatus.EMPTY)
            .refusals(new Refusals(21L, "d", NOW.minusSeconds(600).toString(), 20))
            .llmSlot(LlmSlot.Shut)
            .done();
    Sight sight = sight(Scenes.with(Scenes.claw(), shut), "64Mi", HEALTHY);

    assertThat(COURSE.next(sight)).isEqualTo(new Step.Rest(NOW.plusSeconds(3000)));
    assertThat(stored(COURSE.next(Scenes.at(sight, NOW.plusSeconds(3000)))).llmSlot()).isNull();
    sight.claw().getMetadata().getAnnotations().put("claw.prismer.ai/paused", "true");
    assertThat(COURSE.next(sight)).isEqualTo(new Step.Rest(NOW.plusSeconds(3000)));
  }

  private static Refusals withDigest(OpsStatus ops, String digest) {
    Refusals refusals = Objects.requireNonNull(ops.refusals());
    return new Refusals(refusals.total(), digest, refusals.hour(), refusals.recorded());
  }

  // Outbreaks

  @Test
  void inAnOutbreakARuleWaitsAndForgetsNothing() {
    Claw claw = Scenes.with(Scenes.claw(), counted());
    Sight held = Scenes.inOutbreak(sight(claw, "64Mi", KILLED), new Outbreak("the cluster", 4, 10));

    assertThat(COURSE.next(held)).isEqualTo(new Step.Rest(NOW.plus(Course.OUTBREAK)));
    assertThat(decide(held)).isEqualTo(new Step.Rest(NOW.plus(Course.OUTBREAK)));
    assertThat(decide(sight(claw, "64Mi", KILLED))).isInstanceOf(Step.Ask.class);
  }

  @Test
  void aRulesIntentThatAnOutbreakOvertakesIsRefusedAndTheRuleMayAskAgain() {
    Step.Ask ask = (Step.Ask) decide(sight(Scenes.with(Scenes.claw(), counted()), "64Mi", KILLED));
    Claw claw =
        Scenes.withIntent(
            Scenes.with(Scenes.claw(), counted()),
            new String(ask.intent().canonical(), StandardCharsets.UTF_8),
            OPERATOR,
            "operator");

    OpsStatus refused =
        stored(
            decide(
                Scenes.inOutbreak(
                    sight(claw, "64Mi", KILLED), new Outbreak("namespace team-a", 4, 10))));

    assertThat(owed(refused).result()).isEqualTo(Code.OUTBREAK.id());
    assertThat(refused.rules()).isNull();
  }
}
