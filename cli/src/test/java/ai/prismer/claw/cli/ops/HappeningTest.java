package ai.prismer.claw.cli.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.OpsStatus;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class HappeningTest {
  private static final String DECISION =
      """
      {"kind":"decision","index":4,"time":"2026-01-01T10:00:00Z","decision":"Execute",
      "author":{"class":"operator","name":"the operator"},"rule":"oom-bump-memory",
      "intent":{"action":"bump-memory","generation":7,"params":{"target":"96Mi"}},
      "effect":{"fromMemoryBytes":"67108864","toMemoryBytes":"100663296"}}
      """;

  @Test
  void aDecisionIsShownWithItsOutcomeAndWhatOnlyTheStatusKnowsBesideIt() throws Exception {
    OpsStatus ops =
        new JsonMapper()
            .readValue(
                """
                {"recentActions":[
                {"generation":7,"action":"bump-memory","at":"2026-01-01T10:00:00Z"},
                {"generation":9,"action":"restart-pod","at":"2026-01-01T12:00:00Z"}]}
                """,
                OpsStatus.class);

    List<Happening> timeline =
        Happening.timeline(
            ops,
            List.of(
                receipt(DECISION),
                receipt(
                    """
                    {"kind":"request","index":5,"time":"2026-01-01T11:00:00Z","request":"thaw",
                    "author":{"class":"manager","name":"alice"},"detail":"self-healing goes on"}
                    """),
                receipt(
                    """
                    {"kind":"outcome","index":6,"time":"2026-01-01T10:05:00Z","decisionIndex":4,
                    "action":"bump-memory","outcome":"Healthy","detail":"it held"}
                    """)));

    assertThat(timeline)
        .containsExactly(
            new Happening(
                "2026-01-01T10:00:00Z",
                "bump-memory from 64Mi to 96Mi",
                "rule oom-bump-memory",
                "Healthy: it held",
                4),
            new Happening("2026-01-01T11:00:00Z", "thaw", "alice", "self-healing goes on", 5),
            new Happening("2026-01-01T12:00:00Z", "restart-pod", "", "in flight", -1));
  }

  @Test
  void aRefusalSaysWhyAndWhatCannotBeReadIsLeftOut() {
    ReceiptLine refused =
        receipt(
            """
            {"kind":"decision","index":1,"time":"2026-01-01T10:00:00Z","decision":"Reject",
            "author":{"class":"llm","name":"agent"},"intent":{"malformed":"x"},"code":"malformed",
            "reason":"it is no JSON"}
            """);

    assertThat(Happening.timeline(OpsStatus.EMPTY, List.of(refused)))
        .containsExactly(
            new Happening(
                "2026-01-01T10:00:00Z", "unreadable intent", "agent", "refused: it is no JSON", 1));
    assertThat(ReceiptLine.read("{}")).isEmpty();
    assertThat(ReceiptLine.read("no json")).isEmpty();
    assertThat(ReceiptLine.read(envelope(DECISION.replace("2026-01-01T10:00:00Z", "soon"))))
        .isEmpty();
  }

  @Test
  void thatFurtherRefusalsAreOnlyCountedIsSaidInWords() {
    ReceiptLine silenced =
        receipt(
            """
            {"kind":"silence","index":21,"time":"2026-01-01T10:00:00Z","recorded":20,
            "until":"2026-01-01T11:00:00Z","detail":"further ones are only counted"}
            """);

    assertThat(Happening.timeline(OpsStatus.EMPTY, List.of(silenced)))
        .containsExactly(
            new Happening(
                "2026-01-01T10:00:00Z", "many refusals", "", "further ones are only counted", 21));
  }

  private static ReceiptLine receipt(String predicate) {
    return ReceiptLine.read(envelope(predicate)).orElseThrow();
  }

  private static String envelope(String predicate) {
    String statement = "{\"predicate\":" + predicate + "}";
    return "{\"payload\":\""
        + Base64.getEncoder().encodeToString(statement.getBytes(StandardCharsets.UTF_8))
        + "\"}";
  }
}
