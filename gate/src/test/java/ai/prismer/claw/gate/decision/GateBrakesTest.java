package ai.prismer.claw.gate.decision;

import static ai.prismer.claw.gate.decision.Worlds.AGENT;
import static ai.prismer.claw.gate.decision.Worlds.CLAW;
import static ai.prismer.claw.gate.decision.Worlds.COMPANION;
import static ai.prismer.claw.gate.decision.Worlds.MANAGER;
import static ai.prismer.claw.gate.decision.Worlds.MI;
import static ai.prismer.claw.gate.decision.Worlds.NOW;
import static ai.prismer.claw.gate.decision.Worlds.OPERATOR;
import static ai.prismer.claw.gate.decision.Worlds.observed;
import static ai.prismer.claw.gate.decision.Worlds.policy;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.decision.Decision.Code;
import ai.prismer.claw.gate.decision.Decision.Execute;
import ai.prismer.claw.gate.decision.Decision.Reject;
import ai.prismer.claw.gate.decision.Docket.Case;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds beyond one Claw: outbreaks, bounds of the namespace, and rules that need the slot. */
class GateBrakesTest {
  private static final String REF = "my-agent-ops-1";
  private static final Effect RAISE = new Effect.SetMemory(512 * MI, 768 * MI);
  private static final Observed OUTBREAK =
      Worlds.withOutbreak(observed(), new Outbreak("namespace team-a", 3, 6));

  @Test
  void inAnOutbreakNeitherRulesNorModelsAct() {
    for (Author author : new Author[] {OPERATOR, AGENT}) {
      assertReject(
          Gate.decide(raise(null), author, OUTBREAK, policy()),
          Code.OUTBREAK,
          "3 of 6 agents in namespace team-a fail at once");
    }
    Case given =
        new Case(
            REF,
            CLAW.uid(),
            "Analyzing",
            COMPANION.name(),
            NOW.plus(Duration.ofMinutes(5)),
            null,
            null);
    assertReject(
        Gate.decide(raise(REF), COMPANION, withCase(OUTBREAK, given), policy()),
        Code.OUTBREAK,
        "only people act");
  }

  @Test
  void inAnOutbreakPeopleActAndWhatTheyApprovedIsDone() {
    Case approved =
        new Case(
            REF,
            CLAW.uid(),
            "Approved",
            null,
            NOW.plus(Duration.ofMinutes(5)),
            raise(REF).actionDigest(CLAW.uid()).hex(),
            "alice");

    assertThat(Gate.decide(raise(null), MANAGER, OUTBREAK, policy())).isEqualTo(new Execute(RAISE));
    assertThat(Gate.decide(raise(REF), OPERATOR, withCase(OUTBREAK, approved), policy()))
        .isEqualTo(new Execute(RAISE));
  }

  @Test
  void aTargetMayReachTheBoundOfTheNamespaceAndNotExceedIt() {
    Observed bounded = bounded(768 * MI);

    assertThat(Gate.decide(raise(null), MANAGER, bounded, policy())).isEqualTo(new Execute(RAISE));
    assertReject(
        Gate.decide(raise(null), MANAGER, bounded(768 * MI - 1), policy()),
        Code.ABOVE_NAMESPACE,
        "LimitRanges and ResourceQuotas of namespace team-a");
    assertThat(Headroom.MEMORY.ceiling(512 * MI, bounded(600 * MI), policy())).isEqualTo(600 * MI);
  }

  @Test
  void whatARuleNeedsTheSlotForComesBeforeAgentsAndNobodyAndAfterPeople() {
    Observed urgent = observed().askedBy("oom-bump-memory");
    Parsed valid = new Parsed.Valid(raise(null));

    assertReject(
        Gate.decide(valid, AGENT, urgent, policy()), Code.DISPLACED, "rule \"oom-bump-memory\"");
    assertReject(
        Gate.decide(IntentParser.parse("no intent"), AGENT, urgent, policy()),
        Code.DISPLACED,
        "takes it over");
    assertReject(
        Gate.decide(valid, new Author(AuthorClass.NONE, ""), urgent, policy()),
        Code.DISPLACED,
        "takes it over");
    assertThat(Gate.decide(valid, MANAGER, urgent, policy())).isEqualTo(new Execute(RAISE));
    assertThat(Gate.decide(valid, OPERATOR, urgent, policy())).isEqualTo(new Execute(RAISE));
  }

  private static Observed bounded(long bytes) {
    return Worlds.withNamespaceBound(
        observed(), new Limits(OptionalLong.of(bytes), OptionalLong.empty()));
  }

  private static Observed withCase(Observed world, Case named) {
    return Worlds.withDocket(world, new Docket(AGENT.name(), null, named));
  }

  private static Intent raise(@Nullable String ref) {
    return new Intent(
        Action.BUMP_MEMORY, Map.of("target", "768Mi"), NOW.toEpochMilli(), "test", ref, null);
  }

  private static void assertReject(Decision decision, Code code, String words) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            Reject.class,
            reject -> {
              assertThat(reject.code()).isEqualTo(code);
              assertThat(reject.reason()).contains(words);
            });
  }
}
