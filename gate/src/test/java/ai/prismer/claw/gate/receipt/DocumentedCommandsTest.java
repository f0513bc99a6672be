package ai.prismer.claw.gate.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what {@code docs/audit.md} says about verifying a log with openssl alone. */
class DocumentedCommandsTest {
  private static final Path PAGE = Path.of("../docs/audit.md");
  private static final Pattern BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);
  private static final Pattern KEY =
      Pattern.compile("    (\\(printf .*?-out claw\\.pem)\n", Pattern.DOTALL);
  private static final String VERIFIED = "Signature Verified Successfully\n";

  @TempDir Path folder;
  private final SigningKey key = SigningKey.generate("k8s4claw/test", new SecureRandom());
  private final TestLog log = TestLog.of(key, 6);

  @Test
  void anIntactLogIsVerified() throws Exception {
    assertThat(run(log.export())).isEqualTo(VERIFIED.repeat(1 + 6));
  }

  @Test
  void aCheckpointOrReceiptOfAnotherKeyIsFound() throws Exception {
    String foreign = log.unsigned(6).sign(TestLog.key(7));
    assertThat(run(TestLog.export(foreign, log.envelopes)))
        .contains("Signature Verification Failure");

    log.envelopes.set(2, TestLog.of(TestLog.key(7), 3).envelopes.get(2));
    assertThat(run(log.export())).contains("Signature Verification Failure");
  }

  @Test
  void aReceiptThatIsMissingIsFound() throws Exception {
    log.envelopes.remove(3);

    assertThat(run(log.export())).contains("receipt 4 follows another one");
  }

  @Test
  void anotherRootIsFound() throws Exception {
    TestLog other = TestLog.of(key, 5);
    other.append(TestLog.decided(99));

    assertThat(run(TestLog.export(other.checkpoint(6), log.envelopes)))
        .isEqualTo(VERIFIED.repeat(1 + 6) + "another log than the checkpoint's\n");
  }

  private String run(String export) throws Exception {
    String page = Files.readString(PAGE);
    List<String> blocks = new ArrayList<>();
    Matcher found = KEY.matcher(page);
    while (found.find()) {
      blocks.add(found.group(1));
    }
    found = BLOCK.matcher(page);
    while (found.find()) {
      blocks.add(found.group(1));
    }
    assertThat(blocks).hasSize(4);
    Files.writeString(folder.resolve("receipts.jsonl"), export);
    Files.writeString(folder.resolve("claw.vkey"), key.verifier().text() + "\n");
    Path script = Files.writeString(folder.resolve("script"), String.join("\n", blocks));
    Path output = folder.resolve("output");
    Process process;
    try {
      process =
          new ProcessBuilder("bash", script.toString())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new AssertionError("this test needs bash, openssl and jq on the PATH", e);
    }
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("the documented commands did not end within 2 minutes");
    }
    return Files.readString(output);
  }
}
