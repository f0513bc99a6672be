package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.GateVersion;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions are made again from their receipts; the seeds are fixed, so a failure repeats. */
class ReplayTest {
  private static final List<Author> AUTHORS =
      List.of(Worlds.OPERATOR, Worlds.MANAGER, Worlds.AGENT, new Author(AuthorClass.NONE, ""));

  private static final List<Action> ACTIONS = List.of(Action.values());

  @Test
  void everyDecisionInARandomWorldIsMadeAgainFromItsReceiptInAnExport() {
    Random random = new Random(7);
    TestLog log = new TestLog(TestLog.key(1));
    for (int i = 0; i < 3_000; i++) {
      log.append(i % 10 == 9 ? TestLog.ended(i) : decision(random));
    }
    Set<String> decided = new TreeSet<>();
    List<Replay> replays = new ArrayList<>();

    Verification verification =
        log.verify(
            log.export(),
            payload -> {
              replays.add(Replay.of(payload));
              decided.add(
                  predicate(payload).path("decision").asText()
                      + predicate(payload).path("code").asText());
            });

    assertThat(verification).isInstanceOf(Verification.Verified.class);
    assertThat(replays).hasSize(3_000).allMatch(replay -> !(replay instanceof Replay.Different));
    assertThat(replays.stream().filter(Replay.Same.class::isInstance)).hasSize(2_700);
    assertThat(decided)
        .contains("Execute", "WouldExecute", "Rejectmalformed", "Rejectbudget-spent")
        .hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no intent", "{\"action\":\"exec\"}", "\u0001", "\ud800 lone", "🦀"})
  void whatIsNoIntentIsRefusedAgainForTheSameReason(String text) {
    assertThat(Replay.of(payload(decided(IntentParser.parse(text)))))
        .isInstanceOf(Replay.Same.class);
  }

  @Test
  void aTextThatIsTooLongForAReceiptIsRefusedAgainAllTheSame() {
    for (int length : new int[] {4095, 4096, 4097, 300_000}) {
      for (String unit : new String[] {"x", "\u0001", "é", "\u202e"}) {
        Parsed parsed = IntentParser.parse(unit.repeat(length));
        assertThat(Replay.of(payload(decided(parsed))))
            .as("%s of %s", length, (int) unit.charAt(0))
            .isInstanceOf(Replay.Same.class);
      }
    }
  }

  @Test
  void anIntentWhoseCanonicalFormIsLongerThanAnIntentMayBeIsStillThatIntent() {
    String head = "{\"action\":\"rollout-restart\",\"generation\":2000,\"source\":\"";
    Parsed parsed = IntentParser.parse(head + "s".repeat(4096 - head.length() - 2) + "\"}");

    assertThat(parsed).isInstanceOf(Parsed.Valid.class);
    assertThat(((Parsed.Valid) parsed).intent().canonical()).hasSizeGreaterThan(4096);
    assertThat(Replay.of(payload(decided(parsed)))).isInstanceOf(Replay.Same.class);
  }

  @Test
  void anInputThatWasChangedTogetherWithItsDigestIsFoundAndNamed() {
    byte[] tampered =
        changed(
            payload(TestLog.decided(0)),
            predicate -> {
              ObjectNode node = (ObjectNode) predicate.at("/observed/largestNode");
              node.put("memoryBytes", Long.toString(1 << 20));
              String digest =
                  Digest.of(CanonicalJson.write((ObjectNode) predicate.path("observed"))).hex();
              predicate.put("observedDigest", digest);
            });

    assertThat(Replay.of(tampered))
        .isInstanceOfSatisfying(
            Replay.Different.class,
            different ->
                assertThat(different.differences())
                    .contains("decision: \"Execute\", decided now \"Reject\"")
                    .anyMatch(each -> each.startsWith("code: nothing, decided now \"above-node")));
  }

  @Test
  void everyFieldOfADecisionMattersToItsReplay() {
    byte[] genuine = payload(TestLog.decided(0));
    List<String> found = new ArrayList<>();
    forEachLeaf(
        "",
        predicate(genuine),
        pointer -> {
          byte[] tampered = changed(genuine, predicate -> flip(predicate, pointer));
          if (Replay.of(tampered) instanceof Replay.Different) {
            found.add(pointer);
          }
        });

    // Names that nothing is decided by are recorded as they are; all else is found.
    List<String> all = new ArrayList<>();
    forEachLeaf("", predicate(genuine), all::add);
    all.removeAll(
        List.of(
            "/rule",
            "/author/name",
            "/claw/uid",
            "/kind",
            "/time",
            "/index",
            "/previous",
            "/gateVersion"));
    assertThat(found).containsAll(all);
  }

  @Test
  void aDecisionThatTheGateDoesNotMakeIsFoundEvenIfItIsWellSigned() {
    Entry.Decided refused = (Entry.Decided) TestLog.decided(1);
    Entry.Decided executed = (Entry.Decided) TestLog.decided(0);
    Entry forged =
        new Entry.Decided(
            refused.parsed(),
            refused.author(),
            null,
            refused.policy(),
            refused.observed(),
            executed.outcome());
    TestLog log = new TestLog(TestLog.key(1));
    log.append(forged);
    List<Replay> replays = new ArrayList<>();

    assertThat(log.verify(log.export(), payload -> replays.add(Replay.of(payload))))
        .isInstanceOf(Verification.Verified.class);
    assertThat(replays)
        .singleElement()
        .isInstanceOfSatisfying(
            Replay.Different.class,
            different ->
                assertThat(different.differences())
                    .contains("decision: \"Execute\", decided now \"Reject\""));
  }

  @Test
  void whatIsNoDecisionIsNotDecidedAgain() {
    assertThat(Replay.of(payload(TestLog.ended(2)))).isEqualTo(new Replay.NoDecision());
  }

  @Test
  void whatAnotherGateDecidedAsThisOneDoesIsTheSame() {
    byte[] before = changed(payload(TestLog.decided(0)), each -> each.remove("gateVersion"));
    byte[] later = changed(payload(TestLog.decided(0)), each -> each.put("gateVersion", 99));

    assertThat(Replay.of(before)).isInstanceOf(Replay.Same.class);
    assertThat(Replay.of(later)).isInstanceOf(Replay.Same.class);
  }

  @Test
  void whatAnotherGateDecidedOtherwiseIsSaidToBeItsDecision() {
    byte[] later =
        changed(
            payload(TestLog.decided(0)),
            each -> each.put("gateVersion", 99).put("decision", "Defer"));
    byte[] before =
        changed(
            payload(TestLog.decided(0)),
            each -> {
              each.remove("gateVersion");
              ((ObjectNode) each.path("policy")).remove("budgetPerHour");
            });

    assertThat(Replay.of(later))
        .isEqualTo(
            new Replay.OtherGate(
                99, GateVersion.CURRENT, List.of("decision: \"Defer\", decided now \"Execute\"")));
    assertThat(Replay.of(before))
        .isEqualTo(
            new Replay.OtherGate(
                0,
                GateVersion.CURRENT,
                List.of("its inputs cannot be read: budgetPerHour is no whole number")));
  }

  @Test
  void inputsOfALaterVersionAreSaidToBeUnreadable() {
    byte[] later =
        changed(
            payload(TestLog.decided(0)),
            predicate -> ((ObjectNode) predicate.path("policy")).put("mode", "Sometimes"));

    assertThat(Replay.of(later))
        .isInstanceOfSatisfying(
            Replay.Different.class,
            different ->
                assertThat(different.differences())
                    .containsExactly(
                        "its inputs cannot be read: mode has the value \"Sometimes\", which this"
                            + " version does not know"));
  }

  private static Entry decision(Random random) {
    Observed world = Worlds.random(random);
    Instant now = world.now();
    Observed observed =
        Worlds.withBrakes(
            world,
            new Brakes(
                random.nextInt(8),
                random.nextBoolean() ? now.plusSeconds(random.nextInt(3600)) : null,
                random.nextBoolean() ? now.minusNanos(random.nextInt(1_000_000_000)) : null,
                random.nextInt(8) == 0));
    Policy drawn = Worlds.randomPolicy(random);
    Policy policy =
        new Policy(
            drawn.agentIntents(),
            drawn.mode(),
            drawn.max(),
            drawn.maxReplicas(),
            1 + random.nextInt(9),
            random.nextBoolean() ? EnumSet.allOf(Action.class) : drawn.executable(),
            drawn.agentLead(),
            drawn.lead());
    Parsed parsed =
        random.nextInt(6) == 0
            ? IntentParser.parse("no intent " + random.nextInt() + "\u0007")
            : new Parsed.Valid(intent(random, observed));
    Author author = AUTHORS.get(random.nextInt(AUTHORS.size()));
    return new Entry.Decided(
        parsed,
        author,
        random.nextBoolean() ? "some-rule" : null,
        policy,
        observed,
        Gate.decide(parsed, author, observed, policy));
  }

  private static Intent intent(Random random, Observed observed) {
    Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
    Map<String, String> params =
        switch (random.nextInt(4)) {
          case 0 -> Map.of();
          case 1 -> Map.of("target", (1 + random.nextInt(64)) + "Mi");
          case 2 -> Map.of("pod", "my-agent-" + random.nextInt(2));
          default ->
              Map.of(
                  action == Action.SCALE_REPLICAS ? "replicas" : "target",
                  Long.toString(
                      Math.min(1L << 50, observed.running().memoryBytes().orElse(1))
                          + random.nextInt(5)));
        };
    long clock = Math.max(1, observed.now().toEpochMilli() + random.nextLong(-20_000, 700_000));
    return new Intent(
        action,
        params,
        random.nextBoolean() ? clock : observed.mark() + 1,
        "test",
        random.nextInt(5) == 0 ? "escalation" : null,
        random.nextBoolean() ? "größer \u202e" : null);
  }

  private static Entry decided(Parsed parsed) {
    return new Entry.Decided(
        parsed,
        Worlds.AGENT,
        null,
        Worlds.policy(),
        Worlds.observed(),
        Gate.decide(parsed, Worlds.AGENT, Worlds.observed(), Worlds.policy()));
  }

  private static byte[] payload(Entry entry) {
    return new Receipt(3, Digest.of(new byte[1]), Worlds.CLAW, entry, Worlds.NOW).payload();
  }

  private interface Change {
    void to(ObjectNode predicate);
  }

  private static byte[] changed(byte[] payload, Change change) {
    try {
      ObjectNode statement = CanonicalJson.read(payload);
      change.to((ObjectNode) statement.path("predicate"));
      return CanonicalJson.write(statement);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void flip(ObjectNode predicate, String pointer) {
    int last = pointer.lastIndexOf('/');
    JsonNode parent = predicate.at(pointer.substring(0, last));
    JsonNode value = predicate.at(pointer);
    JsonNode other =
        value.isTextual()
            ? CanonicalJson.object().textNode(value.asText() + "0")
            : value.isBoolean()
                ? CanonicalJson.object().booleanNode(!value.booleanValue())
                : CanonicalJson.object().numberNode(value.asLong() + 1);
    if (parent instanceof ObjectNode object) {
      object.set(pointer.substring(last + 1), other);
    } else {
      ((com.fasterxml.jackson.databind.node.ArrayNode) parent)
          .set(Integer.parseInt(pointer.substring(last + 1)), other);
    }
  }

  private static void forEachLeaf(
      String pointer, JsonNode node, java.util.function.Consumer<String> leaf) {
    if (node.isValueNode()) {
      leaf.accept(pointer);
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        forEachLeaf(pointer + "/" + i, node.get(i), leaf);
      }
    } else {
      node.properties()
          .forEach(field -> forEachLeaf(pointer + "/" + field.getKey(), field.getValue(), leaf));
    }
  }

  private static JsonNode predicate(byte[] payload) {
    try {
      return CanonicalJson.read(payload).path("predicate");
    } catch (IOException e) {
      throw new AssertionError(new String(payload, StandardCharsets.UTF_8), e);
    }
  }
}
