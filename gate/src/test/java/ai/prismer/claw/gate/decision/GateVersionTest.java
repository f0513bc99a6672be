package ai.prismer.claw.gate.decision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.Parsed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nobody changes what the gate decides and leaves its version as it is. */
class GateVersionTest {
  private static final List<Action> ACTIONS = List.of(Action.values());

  /** Of version 1, for the worlds below. */
  private static final String DECISIONS =
      "61e1ed287ecbc509d91a1285704f8e8134815c042f6528016c6ca289dea4d2a7";

  @Test
  void theDecisionsOfThisVersionAreTheOnesThatAreKnown() {
    assertThat(digest())
        .as(
            "the gate, or what it is given, has changed: raise GateVersion.CURRENT if a decision"
                + " that was possible before can come out otherwise (not for new worlds alone), and"
                + " write the new digest here")
        .isEqualTo(DECISIONS);
    assertThat(GateVersion.CURRENT).isEqualTo(1);
  }

  private static String digest() {
    Random random = new Random(20260301);
    List<Author> authors = List.of(Worlds.OPERATOR, Worlds.MANAGER, Worlds.AGENT, Worlds.COMPANION);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 4_000; i++) {
      Observed observed = Worlds.random(random);
      Policy policy = Worlds.randomPolicy(random);
      Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
      Intent intent =
          new Intent(
              action,
              params(action, observed, random),
              Math.max(observed.mark() + random.nextInt(3), 1),
              "test",
              random.nextInt(4) == 0 ? "my-agent-ops-1" : null,
              null);
      Author author = authors.get(random.nextInt(authors.size()));
      Decision decision = Gate.decide(new Parsed.Valid(intent), author, observed, policy);
      all.writeBytes((decision + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return Digest.of(all.toByteArray()).hex();
  }

  private static Map<String, String> params(Action action, Observed observed, Random random) {
    return switch (action) {
      case BUMP_MEMORY ->
          Map.of(
              "target",
              Long.toString(
                  Math.min(1L << 50, observed.running().memoryBytes().orElse(1))
                      + random.nextInt(5)));
      case BUMP_CPU -> Map.of("target", (1 + random.nextInt(4000)) + "m");
      case SCALE_REPLICAS -> Map.of("replicas", Integer.toString(random.nextInt(12)));
      case RESTART_POD ->
          random.nextBoolean() ? Map.of() : Map.of("pod", "my-agent-" + random.nextInt(3));
      case ROLLOUT_RESTART -> Map.of();
    };
  }
}
