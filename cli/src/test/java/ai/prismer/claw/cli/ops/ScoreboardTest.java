package ai.prismer.claw.cli.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreboardTest {
  @Test
  void aSignalCameBackWhenTheSameRuleAskedAgainOrTheStatusStillKnowsIt() throws Exception {
    Scoreboard scoreboard =
        Scoreboard.of(
            claw("2026-01-01T13:00:00Z"),
            List.of(
                would("oom-bump-memory", "2026-01-01T10:00:00Z"),
                would("high-cpu-bump-cpu", "2026-01-01T11:00:00Z"),
                would("oom-bump-memory", "2026-01-01T12:00:00Z"),
                would("", "2026-01-01T12:30:00Z")));

    assertThat(scoreboard.rows()).extracting(Scoreboard.Row::returned).containsExactly(2, 0, 1, -1);
    assertThat(scoreboard.rows().getFirst().last()).isEqualTo("2026-01-01T13:00:00Z");
    assertThat(scoreboard.missed()).isEqualTo(2);
    assertThat(scoreboard.needless()).isEqualTo(1);
  }

  @Test
  void aSignalBeforeTheDecisionIsNotOneThatCameBack() throws Exception {
    Scoreboard scoreboard =
        Scoreboard.of(
            claw("2026-01-01T09:59:00Z"),
            List.of(would("oom-bump-memory", "2026-01-01T10:00:00Z")));

    assertThat(scoreboard.rows().getFirst().returned()).isZero();
  }

  private static Claw claw(String signalAt) throws Exception {
    return new JsonMapper()
        .readValue(
            """
            {"spec":{"runtime":"openclaw"},"status":{"ops":{"recentSignals":[
            {"type":"OOMKilled","container":"runtime","key":"k","at":"%s"}]}}}
            """
                .formatted(signalAt),
            Claw.class);
  }

  private static ReceiptLine would(String rule, String time) {
    return new ReceiptLine(
        0, time, "decision", "WouldExecute", "bump-memory", "alice", rule, "", "", 1, -1);
  }
}
