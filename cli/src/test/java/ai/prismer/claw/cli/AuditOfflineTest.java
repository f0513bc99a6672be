package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done with an export besides verifying it. */
class AuditOfflineTest {
  private static final int SIZE = 7;

  @TempDir Path folder;
  private final SampleLog log = new SampleLog(SIZE);
  private final String key = log.key.verifier().text();
  private String export;

  @BeforeEach
  void export() throws IOException {
    export = write("receipts.jsonl", log.export(SIZE));
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void everyDecisionIsMadeAgain() throws Exception {
    Program program = Program.run("audit", "replay", export, "--key", key);
    JsonNode json =
        new JsonMapper()
            .readTree(Program.run("audit", "replay", export, "--key", key, "-o", "json").out());

    assertThat(program.exitCode()).isZero();
    assertThat(program.out())
        .isEqualToIgnoringNewLines(
            "replayed: 7 decisions of log k8s4claw/sample, all decided the same");
    assertThat(json.path("result").asText()).isEqualTo("same");
    assertThat(json.path("same").asInt()).isEqualTo(7);
  }

  @Test
  void aDecisionThatTheGateDoesNotMakeIsNamedWithWhatDiffers() throws Exception {
    log.appendForged();
    String forged = write("forged.jsonl", log.export(SIZE + 1));

    Program people = Program.run("audit", "replay", forged, "--key", key);
    JsonNode json =
        new JsonMapper()
            .readTree(Program.run("audit", "replay", forged, "--key", key, "-o", "json").out());

    assertThat(Program.run("audit", "verify", forged, "--key", key).exitCode()).isZero();
    assertThat(people.exitCode()).isEqualTo(1);
    assertThat(people.out()).isEmpty();
    assertThat(people.err())
        .contains("receipt 7: code: \"budget-spent\", decided now \"malformed\"")
        .contains("1 of 8 decisions of log k8s4claw/sample come out otherwise");
    assertThat(json.at("/mismatches/0/index").asInt()).isEqualTo(7);
  }

  @Test
  void whatAnotherGateDecidedIsSaidToBeSoAndNotToDiffer() throws Exception {
    log.appendOfGate(99);
    String later = write("later.jsonl", log.export(SIZE + 1));

    Program people = Program.run("audit", "replay", later, "--key", key);
    JsonNode json =
        new JsonMapper()
            .readTree(Program.run("audit", "replay", later, "--key", key, "-o", "json").out());

    assertThat(people.exitCode()).isEqualTo(1);
    assertThat(people.err())
        .contains("receipt 7: decided by gate version 99, this is version")
        .contains("0 of 8 decisions")
        .contains("1 by another gate cannot be judged");
    assertThat(json.path("result").asText()).isEqualTo("other-gate");
    assertThat(json.path("different").asInt()).isZero();
  }

  @Test
  void receiptsOfTheOriginalAreExplainedAndNotBelieved() throws Exception {
    String receipt =
        "{\"v\":1,\"id\":\"rec_1\",\"key\":\"rule-engine\",\"tool\":\"RestartPod\","
            + "\"params\":{},\"target\":\"claw://team-a/a\",\"ts\":\"2025-12-22T10:00:00Z\","
            + "\"sig\":\"%s\"}";
    String mock = write("mock.json", receipt.formatted("mock"));
    String signed = write("signed.json", receipt.formatted("0a".repeat(64)));
    String receipts = write("ours.jsonl", log.export(SIZE));

    Program people = Program.run("audit", "explain", signed);
    JsonNode json =
        new JsonMapper().readTree(Program.run("audit", "explain", mock, "-o", "json").out());

    assertThat(people.exitCode()).isZero();
    assertThat(people.out())
        .contains("rule-engine had RestartPod {} done to claw://team-a/a")
        .contains("key that was never published")
        .contains("1 receipt of the original, NOT VERIFIABLE");
    assertThat(json.at("/receipts/0/signature").asText()).isEqualTo("mock");
    assertThat(json.at("/receipts/0/verifiable").asBoolean(true)).isFalse();
    assertThat(Program.run("audit", "explain", receipts).exitCode()).isEqualTo(1);
    assertThat(Program.run("audit", "explain", "absent").exitCode()).isEqualTo(2);
  }

  @Test
  void whatIsNotVerifiedIsNotReplayed() throws Exception {
    String foreign = write("foreign.jsonl", new SampleLog(SIZE).export(SIZE));

    assertThat(Program.run("audit", "replay", foreign, "--key", key).err())
        .startsWith("refused: receipt 0: wrong-key");
    assertThat(Program.run("audit", "replay", export).exitCode()).isEqualTo(2);
  }

  @Test
  void aReceiptIsProvenToSomebodyWhoHasOnlyTheKey() throws Exception {
    Program proven = Program.run("audit", "prove", export, "--index", "4");
    String proof = write("proof", proven.out());

    Program verified = Program.run("audit", "verify", proof, "--key", key);

    assertThat(proven.exitCode()).isZero();
    assertThat(proven.out()).startsWith("c2sp.org/tlog-proof@v1");
    assertThat(verified.out())
        .isEqualToIgnoringNewLines("verified: receipt 4 is in log k8s4claw/sample of 7");
    String moved = write("moved", proven.out().replace("index 4", "index 5"));
    assertThat(Program.run("audit", "verify", moved, "--key", key).exitCode()).isEqualTo(1);
    String other = new SampleLog(0).key.verifier().text();
    assertThat(Program.run("audit", "verify", proof, "--key", other).err())
        .startsWith("refused: wrong-key");
  }

  @Test
  void aLogIsProvenToGoOnFromAKeptCheckpoint() throws Exception {
    String proof = write("proof", Program.run("audit", "prove", export, "--from", "3").out());
    String kept = write("kept", log.checkpoint(3));

    Program verified = Program.run("audit", "verify", proof, "--key", key, "--checkpoint", kept);

    assertThat(verified.out())
        .isEqualToIgnoringNewLines(
            "verified: the first 3 receipts are unchanged in log k8s4claw/sample of 7");
    String later = write("later", log.checkpoint(4));
    assertThat(
            Program.run("audit", "verify", proof, "--key", key, "--checkpoint", later).exitCode())
        .isEqualTo(1);
    assertThat(Program.run("audit", "verify", proof, "--key", key).exitCode()).isEqualTo(2);
  }

  @Test
  void betweenAnyTwoSizesAMachineGetsHashesAndRoots() throws Exception {
    JsonNode json =
        new JsonMapper()
            .readTree(
                Program.run("audit", "prove", export, "--from", "2", "--to", "5", "-o", "json")
                    .out());

    assertThat(json.path("fromRoot").asText()).matches("[0-9a-f]{64}");
    assertThat(json.path("hashes")).isNotEmpty();
  }

  @Test
  void nothingIsProvenFromAnExportThatDoesNotLeadToItsCheckpoint() throws Exception {
    log.envelopes.set(2, log.envelopes.get(3));
    String broken = write("broken", log.export(SIZE));

    assertThat(Program.run("audit", "prove", broken, "--index", "0").err())
        .contains("not those that its checkpoint was signed for");
    for (String[] wrong :
        new String[][] {
          {"audit", "prove", export},
          {"audit", "prove", export, "--index", "7"},
          {"audit", "prove", export, "--from", "8"},
          {"audit", "prove", export, "--index", "1", "--from", "1"},
          {"audit", "prove", export, "--from", "1", "--to", "3"}
        }) {
      assertThat(Program.run(wrong).exitCode()).isEqualTo(2);
    }
  }

  @Test
  void receiptsAreListedForPeopleAndForMachines() throws Exception {
    Program people = Program.run("audit", "log", export, "--last", "2");
    JsonNode json =
        new JsonMapper().readTree(Program.run("audit", "log", export, "-o", "json").out());

    assertThat(people.out().lines().toList()).hasSize(3);
    assertThat(people.out())
        .startsWith("INDEX  TIME")
        .contains("team-a/my-agent", "Reject", "malformed", "2026-03-01T12:00:06Z");
    assertThat(json.path("receipts")).hasSize(7);
    assertThat(json.at("/receipts/6/signed").asBoolean()).isTrue();
    assertThat(Program.run("audit", "log", export, "--claw", "team-b/x").out().lines().toList())
        .hasSize(1);
  }
}
