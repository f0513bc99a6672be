package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifyTest {
  private static final int SIZE = 5;

  @TempDir Path folder;
  private final SampleLog log = new SampleLog(SIZE);
  private final String key = log.key.verifier().text();

  @Test
  void anIntactExportIsVerified() throws Exception {
    Program program = verify(log.export(SIZE), "--key", key);

    assertThat(program.exitCode()).isZero();
    assertThat(program.out())
        .startsWith(
            "verified: 5 receipts of log k8s4claw/sample (5 decisions, 0 outcomes, 0 requests)");
    assertThat(program.err()).isEmpty();
  }

  @Test
  void theKeyMayComeFromAFileWithSeveralKeysAndRemarks() throws Exception {
    Path keys = folder.resolve("keys");
    Files.writeString(
        keys, "# pinned on 1 March\n\n" + new SampleLog(0).key.verifier().text() + "\n" + key);

    assertThat(verify(log.export(SIZE), "--key", "@" + keys).exitCode()).isZero();
  }

  @Test
  void theKeyInTheExportIsNeverTrusted() throws Exception {
    Program program = verify(new SampleLog(SIZE).export(SIZE), "--key", key);

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.out()).isEmpty();
    assertThat(program.err())
        .startsWith("refused: receipt 0: wrong-key: it is signed by no pinned key")
        .contains("ask who runs the cluster, not the file");
  }

  @Test
  void withoutAPinnedKeyNothingIsVerified() throws Exception {
    Program program = verify(log.export(SIZE));

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("a log is verified against a pinned key: give --key");
  }

  @Test
  void theFirstBadReceiptIsNamedForPeopleAndForMachines() throws Exception {
    Collections.swap(log.envelopes, 2, 3);

    Program people = verify(log.export(SIZE), "--key", key);
    Program machine = verify(log.export(SIZE), "-o", "json", "--key", key);

    assertThat(people.exitCode()).isEqualTo(1);
    assertThat(people.err())
        .isEqualToIgnoringNewLines(
            "refused: receipt 2: reordered: receipt 3 stands in its place, and it comes later");
    assertThat(machine.exitCode()).isEqualTo(1);
    JsonNode json = new JsonMapper().readTree(machine.out());
    assertThat(json.path("result").asText()).isEqualTo("refused");
    assertThat(json.path("index").asLong()).isEqualTo(2);
    assertThat(json.path("flaw").asText()).isEqualTo("reordered");
  }

  @Test
  void aMachineIsToldSizeAndRoot() throws Exception {
    JsonNode json =
        new JsonMapper().readTree(verify(log.export(SIZE), "--key", key, "-o", "json").out());

    assertThat(json.path("result").asText()).isEqualTo("verified");
    assertThat(json.path("size").asLong()).isEqualTo(SIZE);
    assertThat(json.path("origin").asText()).isEqualTo("k8s4claw/sample");
    assertThat(json.path("root").asText()).matches("[0-9a-f]{64}");
  }

  @Test
  void aTailThatWasCutOffIsSeenByAKeptCheckpointOrSize() throws Exception {
    String cut = log.export(3);
    Path kept = folder.resolve("kept");
    Files.writeString(kept, log.checkpoint(4));

    assertThat(verify(cut, "--key", key).exitCode()).isZero();
    assertThat(verify(cut, "--key", key, "--checkpoint", kept.toString()).err())
        .startsWith("refused: receipt 3: truncated");
    assertThat(verify(cut, "--key", key, "--min-size", "4").err())
        .startsWith("refused: receipt 3: truncated");
    assertThat(verify(log.export(SIZE), "--key", key, "--checkpoint", kept.toString()).exitCode())
        .isZero();
  }

  @Test
  void aKeptCheckpointThatThePinnedKeyDidNotSignIsRefused() throws Exception {
    Path kept = folder.resolve("kept");
    Files.writeString(kept, new SampleLog(3).checkpoint(3));

    assertThat(verify(log.export(SIZE), "--key", key, "--checkpoint", kept.toString()))
        .satisfies(program -> {
          assertThat(program.exitCode()).isEqualTo(1);
          assertThat(program.err()).startsWith("refused: wrong-key: the file of --checkpoint: ");
        });
  }

  @Test
  void nothingInAHostileExportReachesTheTerminal() throws Exception {
    String hostile = "\u001b]0;owned\u0007\u202e";
    for (String export :
        List.of(
            hostile,
            log.export(SIZE).replace("k8s4claw/sample", hostile),
            log.export(SIZE).replaceFirst("\"payload\":\"", "\"payload\":\"" + hostile),
            log.export(SIZE)
                .replaceFirst("\"format\":\"", "\"" + hostile + "\":1,\"format\":\""))) {
      Program program = verify(export, "--key", key);

      assertThat(program.out() + program.err()).doesNotContain("\u001b", "\u0007", "\u202e");
    }
  }

  private Program verify(String export, String... options) throws IOException {
    Path file = folder.resolve("receipts.jsonl");
    Files.writeString(file, export);
    String[] args = new String[options.length + 3];
    args[0] = "audit";
    args[1] = "verify";
    args[2] = file.toString();
    System.arraycopy(options, 0, args, 3, options.length);
    return Program.run(args);
  }
}
