package ai.prismer.claw.operator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.prismer.claw.gate.canonical.CanonicalJson;
import ai.prismer.claw.gate.canonical.Digest;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import ai.prismer.claw.operator.configuration.SignetSetting;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program signet: a script in its place, and where there is one the program itself. */
class SignetTest {
  private static final Draft DRAFT =
      Draft.of(
          new ClawIdentity("team-a", "my-agent", "uid-1"),
          new Entry.Ended(
              3,
              Digest.of(new byte[1]),
              Action.BUMP_MEMORY,
              Entry.Ending.HEALTHY,
              "pod my-agent-0 is ready"),
          Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir Path folder;
  private final AtomicInteger failures = new AtomicInteger();

  @Test
  void whatTheProgramPrintsIsKeptAndItIsToldWhatItSigns() throws Exception {
    Signet signet =
        script(
            """
            for word in "$@"; do printf '%s\\n' "$word"; done >"$SIGNET_HOME/words"
            env >"$SIGNET_HOME/env"
            echo '{ "v": 1, "sig": "ed25519:abc" }'
            """);

    assertThat(signet.sign(DRAFT)).contains("{\"sig\":\"ed25519:abc\",\"v\":1}");

    String record = Digest.of(DRAFT.json().getBytes(StandardCharsets.UTF_8)).hex();
    assertThat(Files.readAllLines(folder.resolve("words")))
        .containsExactly(
            "sign",
            "--key",
            "rule-engine",
            "--tool",
            "bump-memory",
            "--params",
            "{\"decision\":\"Outcome\",\"record\":\"" + record + "\",\"result\":\"Healthy\"}",
            "--target",
            "claw://team-a/my-agent",
            "--no-log");
    assertThat(Files.readString(folder.resolve("env")))
        .as("nothing of the operator's environment")
        .doesNotContain("JAVA_HOME");
    assertThat(failures).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exit 1",
        "echo '{}'; exit 3",
        "echo no JSON",
        "echo '[]'",
        "true",
        "head -c 9000 /dev/zero | tr '\\0' ' '; echo '{}'"
      })
  void aProgramThatFailsOrSaysSomethingElseCostsItsSignatureOnly(String body) throws Exception {
    assertThat(script(body).sign(DRAFT)).isEmpty();
    assertThat(failures).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec sleep 60", "echo '{}'; exec sleep 60", "cat >/dev/null; sleep 60"})
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void aProgramThatTakesTooLongIsLeftBehind(String body) throws Exception {
    assertThat(script(body).sign(DRAFT)).isEmpty();
    assertThat(failures).hasValue(1);
  }

  @Test
  void aProgramThatIsNotThereStopsNothing() {
    assertThat(signet(folder.resolve("absent")).sign(DRAFT)).isEmpty();
    assertThat(failures).hasValue(1);
  }

  /** Nothing to install: cargo install signet-cli; without it this says so and is skipped. */
  @Test
  @Tag("long")
  void theProgramItselfSignsAndVerifies() throws Exception {
    Optional<Path> program = installed();
    assumeThat(program)
        .as("no program signet on PATH: cargo install signet-cli --version 0.11.0")
        .isPresent();
    String path = program.orElseThrow().toString();
    run(path, "identity", "generate", "--name", "rule-engine", "--unencrypted");

    String signed = signet(Path.of(path)).sign(DRAFT).orElseThrow();

    JsonNode json = CanonicalJson.read(signed.getBytes(StandardCharsets.UTF_8));
    assertThat(json.at("/action/tool").asText()).isEqualTo("bump-memory");
    assertThat(json.at("/action/target").asText()).isEqualTo("claw://team-a/my-agent");
    Path receipt = Files.writeString(folder.resolve("receipt.json"), signed);
    assertThat(run(path, "verify", receipt.toString(), "--pubkey", "rule-engine")).isZero();
    Files.writeString(receipt, signed.replace("bump-memory", "bump-cpu"));
    assertThat(run(path, "verify", receipt.toString(), "--pubkey", "rule-engine")).isNotZero();
  }

  private static Optional<Path> installed() {
    List<String> folders =
        Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
    return folders.stream()
        .map(each -> Path.of(each, "signet"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private int run(String... words) throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(words);
    program.environment().put("SIGNET_HOME", folder.toString());
    program.redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile());
    return program.start().waitFor();
  }

  private Signet script(String body) throws IOException {
    Path script = folder.resolve("signet");
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return signet(script);
  }

  private Signet signet(Path program) {
    return new Signet(
        new SignetSetting(program.toString(), folder.toString(), null, Duration.ofSeconds(2)),
        failures::incrementAndGet);
  }
}
