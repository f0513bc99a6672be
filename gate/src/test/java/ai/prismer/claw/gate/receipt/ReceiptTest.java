package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.decision.Gate;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Worlds;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiptTest {
  @Test
  void aDecisionIsRecordedWithEverythingItDependedOn() throws IOException {
    Receipt receipt = new Receipt(0, null, Worlds.CLAW, TestLog.decided(0), Worlds.NOW);

    JsonNode statement = CanonicalJson.read(receipt.payload());
    JsonNode predicate = statement.path("predicate");

    assertThat(statement.path("_type").asText()).isEqualTo("https://in-toto.io/Statement/v1");
    assertThat(statement.at("/subject/0/name").asText()).isEqualTo("claw://team-a/my-agent");
    assertThat(statement.at("/subject/0/digest/sha256")).isEqualTo(predicate.path("intentDigest"));
    assertThat(fields(predicate))
        .containsExactly(
            "author",
            "claw",
            "decision",
            "effect",
            "gateVersion",
            "index",
            "intent",
            "intentDigest",
            "kind",
            "observed",
            "observedDigest",
            "policy",
            "policyDigest",
            "rule",
            "time");
    assertThat(predicate.at("/effect/toMemoryBytes").asText()).isEqualTo("805306368");
    assertThat(predicate.at("/observed/now").asText()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(predicate.at("/observed/pods/1/uid").asText()).isEqualTo("pod-uid-1");
    assertThat(predicate.at("/policy/agentIntents").asText()).isEqualTo("Auto");
    assertThat(predicate.at("/author/class").asText()).isEqualTo("operator");
    assertThat(predicate.at("/intent/params/target").asText()).isEqualTo("768Mi");
  }

  @Test
  void aRefusalIsRecordedWithItsCodeAndWhatStoodThere() throws IOException {
    Entry entry = TestLog.decided(1);
    JsonNode predicate =
        CanonicalJson.read(
                new Receipt(1, Digest.of(new byte[1]), Worlds.CLAW, entry, Worlds.NOW).payload())
            .path("predicate");

    assertThat(predicate.path("decision").asText()).isEqualTo("Reject");
    assertThat(predicate.path("code").asText()).isEqualTo("malformed");
    assertThat(predicate.at("/intent/malformed").asText()).isEqualTo("{\"action\":\"exec\"1");
    assertThat(predicate.path("intentDigest").asText())
        .isEqualTo(Digest.of("{\"action\":\"exec\"1".getBytes(StandardCharsets.UTF_8)).hex());
    assertThat(entry.action()).isEmpty();
    assertThat(entry.result()).isEqualTo("malformed");
  }

  @Test
  void anOutcomeNamesItsDecision() throws IOException {
    JsonNode predicate =
        CanonicalJson.read(
                new Receipt(2, Digest.of(new byte[1]), Worlds.CLAW, TestLog.ended(2), Worlds.NOW)
                    .payload())
            .path("predicate");

    assertThat(predicate.path("kind").asText()).isEqualTo("outcome");
    assertThat(predicate.path("decisionIndex").asLong()).isZero();
    assertThat(predicate.path("outcome").asText()).isEqualTo("Healthy");
    assertThat(predicate.path("intentDigest").asText())
        .isEqualTo(TestLog.decided(0).intentDigest().hex());
  }

  @Test
  void theLargestRefusalThatAnAttackerCanCauseStillFitsIntoAReceipt() {
    String text = "\u0001\u202e".repeat(200_000);
    Parsed parsed = IntentParser.parse(text);
    String largest = "{\"action\":\"restart-pod\",\"generation\":1,\"source\":\"me\",\"reason\":\"";
    String escapes = "\\u0001".repeat((4096 - largest.length() - 2) / 6);
    Parsed whole = IntentParser.parse(largest + escapes + "\"}");
    Author author = new Author(AuthorClass.LLM, "€".repeat(Author.MAX_NAME));

    assertThat(whole).isInstanceOf(Parsed.Valid.class);
    for (Parsed each : List.of(parsed, whole)) {
      Decision decision = Gate.decide(each, author, Worlds.observed(), Worlds.policy());
      Entry entry =
          new Entry.Decided(each, author, null, Worlds.policy(), Worlds.observed(), decision);
      Draft.Placed placed =
          Draft.of(Worlds.CLAW, entry, Worlds.NOW).place(Frontier.EMPTY, TestLog.key(1));
      assertThat(placed.envelope().length()).isLessThan(Envelope.MAX_BYTES);
    }
  }

  @Test
  void anObservationThatIsTooLargeIsRefusedAndNotCut() {
    List<Observed.Pod> pods = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      pods.add(new Observed.Pod("my-agent-" + i, "uid-" + "0".repeat(80) + i, false));
    }
    Observed large = Worlds.withPods(Worlds.observed(), pods);
    Parsed parsed = IntentParser.parse("{");
    Entry entry =
        new Entry.Decided(
            parsed,
            Worlds.OPERATOR,
            null,
            Worlds.policy(),
            large,
            Gate.decide(parsed, Worlds.OPERATOR, large, Worlds.policy()));

    assertThatThrownBy(() -> new Receipt(0, null, Worlds.CLAW, entry, Worlds.NOW).payload())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16384");
  }

  @Test
  void theDetailOfAnOutcomeIsSafeToShowAndBounded() {
    Entry.Ended ended =
        new Entry.Ended(
            0,
            Digest.of(new byte[0]),
            Action.RESTART_POD,
            Entry.Ending.UNDONE,
            "\u001b[31m" + "x".repeat(5000));

    assertThat(ended.detail()).startsWith("\\u{1b}[31mxxx").hasSizeLessThan(540);
  }

  @Test
  void aReceiptBeyondTheHeadIsFollowedByAnotherWriter() throws NotVerifiedException {
    TestLog log = TestLog.of(TestLog.key(1), 4);
    List<VerifierKey> keys = List.of(log.key.verifier());

    LogState state = new LogState(log.frontiers.get(3), keys);
    state.follow(log.envelopes.get(3));
    assertThat(state.frontier()).isEqualTo(log.frontiers.get(4));
    assertThatThrownBy(() -> new LogState(log.frontiers.get(2), keys).follow(log.envelopes.get(3)))
        .hasMessage("receipt 3 stands where 2 belongs");
    TestLog other = TestLog.of(TestLog.key(1), 2);
    other.append(TestLog.decided(9));
    assertThatThrownBy(() -> new LogState(other.head(), keys).follow(log.envelopes.get(3)))
        .hasMessage("receipt 3 does not follow the one before it");
    assertThatThrownBy(() ->
            new LogState(log.frontiers.get(3), List.of(TestLog.key(2).verifier()))
                .follow(log.envelopes.get(3)))
        .hasMessage("receipt 3 is signed by no known key");
  }

  @Test
  void receiptsAreNamedSoThatTheServersOrderIsTheLogs() {
    assertThat(LogObjects.receiptName(0)).isEqualTo("receipt-000000000000");
    assertThat(LogObjects.receiptName(123)).isEqualTo("receipt-000000000123");
    assertThat(LogObjects.receiptName(999_999_999_999L)).isEqualTo("receipt-999999999999");
    assertThatThrownBy(() -> LogObjects.receiptName(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LogObjects.receiptName(1_000_000_000_000L))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
