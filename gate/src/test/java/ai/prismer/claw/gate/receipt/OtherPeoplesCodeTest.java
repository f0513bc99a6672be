package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files this code has just written, verified by libraries that know nothing of it: Go's {@code
 * golang.org/x/mod/sumdb/note} and {@code tlog}, {@code transparency-dev/merkle}, and {@code
 * go-securesystemslib/dsse}.
 */
class OtherPeoplesCodeTest {
  private static final Path SOURCE = Path.of("src/test/go").toAbsolutePath();

  @TempDir static Path folder;
  private static Path program;

  private final SigningKey key = SigningKey.generate("k8s4claw/test", new SecureRandom());
  private final TestLog log = TestLog.of(key, 13);

  @BeforeAll
  static void buildTheVerifiers() throws Exception {
    program = folder.resolve("verifiers");
    Result built = run(SOURCE, "go", "build", "-o", program.toString(), ".");
    assertThat(built.exitCode()).as("go build in %s: %s", SOURCE, built.output()).isZero();
  }

  @Test
  void goOpensTheCheckpoint() throws Exception {
    Path vkey = write("vkey", key.verifier().text() + "\n");
    Path note = write("note", log.checkpoint(13));

    Result result = verifiers("checkpoint", vkey, note);

    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(log.checkpoint(13)).startsWith(result.output());
    assertThat(result.output()).startsWith("k8s4claw/test\n13\n");
  }

  @Test
  void goRefusesACheckpointThatWasChangedOrSignedByAnotherKey() throws Exception {
    Path vkey = write("vkey", key.verifier().text());
    Path changed = write("changed", log.checkpoint(13).replace("\n13\n", "\n12\n"));
    Path foreign = write("foreign", log.unsigned(13).sign(TestLog.key(7)));

    assertThat(verifiers("checkpoint", vkey, changed).exitCode()).isEqualTo(1);
    assertThat(verifiers("checkpoint", vkey, foreign).exitCode()).isEqualTo(1);
  }

  @Test
  void securesystemslibVerifiesAnEnvelopeWithTheKeyInPem() throws Exception {
    Path pem = write("key.pem", key.verifier().pem());
    for (String envelope : log.envelopes.subList(0, 3)) {
      Result result = verifiers("envelope", pem, write("envelope.json", envelope));

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output())
          .isEqualTo(
              new String(
                  Envelope.read(envelope.getBytes(StandardCharsets.UTF_8)).payload(),
                  StandardCharsets.UTF_8));
    }
  }

  @Test
  void securesystemslibRefusesAnEnvelopeThatWasChangedOrSignedByAnotherKey() throws Exception {
    Path pem = write("key.pem", key.verifier().pem());
    String mixed =
        log.envelopes
            .get(0)
            .replaceFirst(
                "\"payload\":\"[^\"]*\"",
                log.envelopes.get(1).replaceFirst(".*(\"payload\":\"[^\"]*\").*", "$1"));
    Path foreign = write("foreign.json", TestLog.of(TestLog.key(7), 1).envelopes.get(0));

    assertThat(verifiers("envelope", pem, write("mixed.json", mixed)).exitCode()).isEqualTo(1);
    assertThat(verifiers("envelope", pem, foreign).exitCode()).isEqualTo(1);
  }

  @Test
  void gosMerkleTreeHasTheSameRootForEverySize() throws Exception {
    for (int size = 0; size <= 13; size++) {
      Path export =
          write("export", TestLog.export(log.checkpoint(size), log.envelopes.subList(0, size)));

      Result result = verifiers("root", export);

      // tlog prints a hash as the checkpoint does: base64.
      assertThat("k8s4claw/test\n" + result.output())
          .isEqualTo(log.checkpoint(size).substring(0, log.checkpoint(size).indexOf("\n\n") + 1));
    }
  }

  @Test
  void transparencyDevVerifiesThatEveryReceiptIsInTheLog() throws Exception {
    Path vkey = write("vkey", key.verifier().text());
    MerkleTree tree = log.tree();
    for (int i = 0; i < 13; i++) {
      String proof =
          new InclusionProof(log.envelopes.get(i), i, tree.inclusion(i, 13), log.checkpoint(13))
              .text();

      Result result = verifiers("inclusion", vkey, write("proof", proof));

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output()).isEqualTo(new String(log.payload(i), StandardCharsets.UTF_8));
      String elsewhere = proof.replace("\nindex " + i + "\n", "\nindex " + (i + 1) % 13 + "\n");
      assertThat(verifiers("inclusion", vkey, write("elsewhere", elsewhere)).exitCode())
          .isEqualTo(1);
    }
  }

  @Test
  void transparencyDevVerifiesThatTheLogBeginsWithEveryEarlierOne() throws Exception {
    Path vkey = write("vkey", key.verifier().text());
    MerkleTree tree = log.tree();
    for (int from = 1; from <= 13; from++) {
      ConsistencyProof proof =
          new ConsistencyProof(from, tree.consistency(from, 13), log.checkpoint(13));

      Result result =
          verifiers(
              "consistency",
              vkey,
              write("kept", log.checkpoint(from)),
              write("proof", proof.text()));

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(log.checkpoint(13)).startsWith(result.output());
    }
    TestLog fork = TestLog.of(key, 5);
    fork.append(TestLog.decided(99));
    ConsistencyProof forged = new ConsistencyProof(6, tree.consistency(6, 13), log.checkpoint(13));
    assertThat(
            verifiers(
                    "consistency",
                    vkey,
                    write("kept", fork.checkpoint(6)),
                    write("proof", forged.text()))
                .exitCode())
        .isEqualTo(1);
  }

  private record Result(int exitCode, String output) {}

  private static Result verifiers(String command, Path... files) throws Exception {
    List<String> words = new ArrayList<>(List.of(program.toString(), command));
    for (Path file : files) {
      words.add(file.toString());
    }
    return run(folder, words.toArray(String[]::new));
  }

  private static Result run(Path directory, String... command) throws Exception {
    File output = Files.createTempFile(folder, "output", "").toFile();
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output)
              .start();
    } catch (IOException e) {
      throw new AssertionError(
          "this test needs the program " + command[0] + " (Go 1.25 or later, on the PATH)", e);
    }
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command[0] + " did not end within 5 minutes");
    }
    return new Result(process.exitValue(), Files.readString(output.toPath()));
  }

  private static Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
