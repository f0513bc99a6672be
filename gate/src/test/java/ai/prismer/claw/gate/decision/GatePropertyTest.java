package ai.prismer.claw.gate.decision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.intent.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What must hold for every input; the seeds are fixed, so a failure repeats itself. */
class GatePropertyTest {
  private static final int ROUNDS = 40_000;
  private static final List<Author> AUTHORS =
      List.of(
          Worlds.OPERATOR,
          Worlds.MANAGER,
          Worlds.AGENT,
          Worlds.COMPANION,
          new Author(AuthorClass.NONE, "x"));
  private static final List<String> TARGETS =
      List.of(
          "768Mi",
          "1Gi",
          "1",
          "2",
          "1500m",
          "9Ei",
          "1e18",
          "-1",
          "0.5m",
          "1Ki ",
          "",
          "64Mi",
          "999999999999999999",
          "7Ei");

  private static final List<Action> ACTIONS = List.of(Action.values());

  /** Pieces that parsers stumble over. */
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "\"",
          "\\",
          "\\u0000",
          "\\ud800",
          "\\u0061",
          "null",
          "true",
          "1e999",
          "-0",
          "9223372036854775808",
          "1.0",
          "NaN",
          "\"action\"",
          "\"params\"",
          "\"generation\"",
          "\"source\"",
          "\"bump-memory\"",
          "\"target\"",
          "\u0000",
          "\ufeff",
          "\ud83d",
          "/*",
          "//",
          "'",
          "action",
          "<!--",
          "\"__proto__\"",
          "\n",
          "é",
          "🦀");

  @Test
  void mutatedIntentsAreNeverExecutedUnlessTheyAreStillStrictIntents() {
    Random random = new Random(42);
    int malformed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutate(random, valid(random));
      Parsed parsed = IntentParser.parse(text);
      Decision decision =
          Gate.decide(parsed, AUTHORS.get(random.nextInt(3)), Worlds.observed(), Worlds.policy());
      if (parsed instanceof Parsed.Malformed) {
        malformed++;
        assertThat(decision).as(text).isInstanceOf(Decision.Reject.class);
      } else if (decision instanceof Decision.Execute) {
        // Still an intent: then it must be one that survives its canonical form unchanged.
        Intent intent = ((Parsed.Valid) parsed).intent();
        assertThat(IntentParser.parse(new String(intent.canonical(), StandardCharsets.UTF_8)))
            .as(text)
            .isEqualTo(parsed);
      }
    }
    assertThat(malformed).isGreaterThan(10_000);
  }

  @Test
  void randomGarbageIsNeverExecutedAndNeverThrows() {
    Random random = new Random(43);
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i >= 0; i--) {
        text.append(
            random.nextInt(4) == 0
                ? Character.toString(random.nextInt(0x10000))
                : PIECES.get(random.nextInt(PIECES.size())));
      }
      Parsed parsed = IntentParser.parse(text.toString());
      assertThat(Gate.decide(parsed, Worlds.OPERATOR, Worlds.observed(), Worlds.policy()))
          .as(text.toString())
          .isInstanceOf(Decision.Reject.class);
    }
  }

  @Test
  void equalInputsGiveEqualDecisions() {
    Random random = new Random(44);
    for (int round = 0; round < ROUNDS; round++) {
      long seed = random.nextLong();
      assertThat(decision(seed)).isEqualTo(decision(seed));
    }
  }

  @Test
  void anExecutedEffectIsAlwaysWithinEveryBound() {
    Random random = new Random(45);
    int executed = 0;
    for (int round = 0; round < 5 * ROUNDS; round++) {
      Observed observed = Worlds.random(random);
      Policy policy = Worlds.randomPolicy(random);
      Author author = AUTHORS.get(random.nextInt(AUTHORS.size()));
      Intent intent = intent(random, observed);
      Effect effect = effect(Gate.decide(intent, author, observed, policy));
      if (effect == null) {
        continue;
      }
      executed++;
      assertThat(author.authorClass()).isNotEqualTo(AuthorClass.NONE);
      assertThat(intent.generation()).isGreaterThan(observed.mark());
      assertThat(observed.life()).isEqualTo(Observed.Life.ACTIVE);
      assertThat(policy.executable()).contains(intent.action());
      if (author.authorClass() == AuthorClass.LLM) {
        assertThat(author.name()).isEqualTo(observed.docket().agent());
        assertThat(policy.agentIntents()).isEqualTo(Policy.AgentIntents.AUTO);
        assertThat(intent.escalationRef()).isNull();
      }
      switch (effect) {
        case Effect.SetMemory(long from, long to) ->
            within(
                from,
                to,
                observed.running().memoryBytes(),
                policy.max().memoryBytes(),
                observed.largestNode().memoryBytes());
        case Effect.SetCpu(long from, long to) ->
            within(
                from,
                to,
                observed.running().cpuMillicores(),
                policy.max().cpuMillicores(),
                observed.largestNode().cpuMillicores());
        case Effect.RestartPod(String pod, String uid) ->
            assertThat(observed.pods())
                .anyMatch(own -> own.name().equals(pod) && own.uid().equals(uid));
        case Effect.RolloutRestart ignored -> {}
        case Effect.SetReplicas(int ignored, int to) -> {
          assertThat(to).isBetween(1, Math.min(10, policy.maxReplicas()));
          assertThat(observed.singleWriter()).isFalse();
        }
      }
    }
    assertThat(executed).isGreaterThan(1000);
  }

  @Test
  void whatIsHeldIsAnAgentsOrAnAssignedCompanionsAndNoneWaitsAlready() {
    Random random = new Random(46);
    int held = 0;
    for (int round = 0; round < 5 * ROUNDS; round++) {
      Observed observed = Worlds.random(random);
      Policy policy = Worlds.randomPolicy(random);
      Author author = AUTHORS.get(random.nextInt(AUTHORS.size()));
      Intent intent = intent(random, observed);
      if (!(Gate.decide(intent, author, observed, policy) instanceof Decision.Hold)) {
        continue;
      }
      held++;
      assertThat(author.authorClass()).isEqualTo(AuthorClass.LLM);
      assertThat(observed.docket().held()).isNull();
      if (author.name().equals(observed.docket().agent())) {
        assertThat(policy.agentIntents()).isEqualTo(Policy.AgentIntents.APPROVE);
      } else {
        Docket.Case named = Objects.requireNonNull(observed.docket().named());
        assertThat(named.name()).isEqualTo(intent.escalationRef());
        assertThat(named.clawUid()).isEqualTo(observed.claw().uid());
        assertThat(named.phase()).isEqualTo("Analyzing");
        assertThat(named.assignedTo()).isEqualTo(author.name());
        assertThat(observed.now()).isBefore(named.deadline());
      }
    }
    assertThat(held).isGreaterThan(100);
  }

  private static void within(
      long from, long to, OptionalLong current, OptionalLong max, OptionalLong node) {
    assertThat(current).hasValue(from);
    assertThat(to).isGreaterThan(from);
    assertThat(to - from).isLessThanOrEqualTo(from);
    assertThat(max.isPresent() || node.isPresent()).isTrue();
    assertThat(to).isLessThanOrEqualTo(max.orElse(Long.MAX_VALUE));
    assertThat(to).isLessThanOrEqualTo(node.orElse(Long.MAX_VALUE) / (node.isPresent() ? 2 : 1));
  }

  private static Decision decision(long seed) {
    Random random = new Random(seed);
    Observed observed = Worlds.random(random);
    Policy policy = Worlds.randomPolicy(random);
    return Gate.decide(
        intent(random, observed), AUTHORS.get(random.nextInt(AUTHORS.size())), observed, policy);
  }

  private static @Nullable Effect effect(Decision decision) {
    return switch (decision) {
      case Decision.Execute(Effect effect) -> effect;
      case Decision.WouldExecute(Effect effect) -> effect;
      case Decision.Hold ignored -> null;
      case Decision.Reject ignored -> null;
    };
  }

  /** An intent with a fair chance to be allowed in this world. */
  private static Intent intent(Random random, Observed observed) {
    Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
    Map<String, String> params =
        switch (action) {
          case BUMP_MEMORY ->
              Map.of("target", target(random, observed.running().memoryBytes(), false));
          case BUMP_CPU ->
              Map.of("target", target(random, observed.running().cpuMillicores(), true));
          case RESTART_POD -> random.nextBoolean() ? Map.of() : Map.of("pod", "my-agent-0");
          case ROLLOUT_RESTART -> Map.of();
          case SCALE_REPLICAS -> Map.of("replicas", Integer.toString(random.nextInt(13)));
        };
    long clock = observed.now().toEpochMilli() + random.nextLong(-20_000, 700_000);
    long generation = random.nextBoolean() ? Math.max(1, clock) : observed.mark() + 1;
    String ref = random.nextInt(3) == 0 ? "my-agent-ops-1" : null;
    return new Intent(action, params, generation, "test", ref, null);
  }

  private static String target(Random random, OptionalLong current, boolean cpu) {
    if (random.nextInt(4) == 0) {
      return TARGETS.get(random.nextInt(TARGETS.size()));
    }
    long from = Math.min(current.orElse(1), Long.MAX_VALUE / 4);
    long target = from + random.nextLong(from + 2);
    return cpu ? Quantity.printMillicores(target) : Quantity.printBytes(target);
  }

  private static String valid(Random random) {
    return new String(intent(random, Worlds.observed()).canonical(), StandardCharsets.UTF_8);
  }

  private static String mutate(Random random, String text) {
    StringBuilder mutated = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(mutated.length() + 1);
      int end = Math.min(mutated.length(), at + random.nextInt(4));
      String piece =
          random.nextBoolean()
              ? PIECES.get(random.nextInt(PIECES.size()))
              : Character.toString(random.nextInt(0x250));
      switch (random.nextInt(4)) {
        case 0 -> mutated.insert(at, piece);
        case 1 -> mutated.delete(at, end);
        case 2 -> mutated.replace(at, end, piece);
        default -> mutated.setLength(at);
      }
    }
    return mutated.toString();
  }
}
