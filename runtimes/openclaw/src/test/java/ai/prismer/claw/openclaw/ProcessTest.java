package ai.prismer.claw.openclaw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.testkit.gateway.GatewayClient;
import ai.prismer.claw.testkit.model.Reply;
import ai.prismer.claw.testkit.model.ScriptedModel;
import java.io.BufferedReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as the operating system sees it: arguments, environment, lines, exit codes. */
@Timeout(60)
class ProcessTest {
  private static final Pattern PORT = Pattern.compile(" port=(\\d+) ");

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void sigtermLetsTheTurnEndAndTheProcessExitsWithZero() throws Exception {
    Files.writeString(folder.resolve("token"), "t");
    try (ScriptedModel model =
        ScriptedModel.start(Reply.text("one two three", Duration.ofMillis(100)))) {
      Process process =
          start(
              Map.of(
                  "OPENCLAW_MODEL", "gpt-x",
                  "OPENAI_API_KEY", "sk-secret",
                  "OPENAI_BASE_URL", model.openAiUrl().toString()));
      BufferedReader lines = process.inputReader();
      String ready = lines.readLine();
      Matcher port = PORT.matcher(ready);
      assertThat(port.find()).as(ready).isTrue();
      URI url = URI.create("ws://127.0.0.1:" + port.group(1));
      try (GatewayClient client = GatewayClient.connect(url, "t", Duration.ofSeconds(30))) {
        client.send("s", "hello", "k");
        client.state("k", "delta");
        // Not Process.destroy: that closes the pipes as well.
        process.toHandle().destroy();

        assertThat(GatewayClient.text(client.end("k").path("message"))).isEqualTo("one two three");
        assertThat(client.closeCode()).isEqualTo(1012);
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(lines.lines().toList())
          .hasSize(2)
          .allMatch(line -> line.matches("\\S+Z INFO AgentGateway stopp.*"));
    }
  }

  @Test
  void aConfigurationItCannotRunWithIsOneLineAndExitOne() throws Exception {
    Process process = start(Map.of("OPENCLAW_MODEL", "gpt-x", "OPENAI_API_KEY", "sk-secret"));

    List<String> lines = process.inputReader().lines().toList();

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).contains(" SEVERE Main no token in ").doesNotContain("sk-secret");
    assertThat(process.errorReader().lines()).isEmpty();
  }

  @Test
  void theCommandLineIsChecked() {
    Options defaults = Options.parse(List.of());
    assertThat(defaults.port()).isEqualTo(18900);
    assertThat(defaults.healthPort()).isEqualTo(18901);
    assertThat(defaults.tokenFile()).isEqualTo(Path.of("/etc/claw-token/token"));
    assertThatThrownBy(() -> Options.parse(List.of("--prot", "1")))
        .hasMessage("unknown flag --prot");
    assertThatThrownBy(() -> Options.parse(List.of("--port", "70000")))
        .hasMessage("--port is 70000; it must be 0 to 65535");
    assertThatThrownBy(() -> Options.parse(List.of("--bind"))).hasMessage("--bind needs a value");
    for (String flag : Options.USAGE.lines().filter(l -> l.startsWith("  --")).toList()) {
      String name = flag.strip().split(" ", -1)[0];
      List<String> line = name.equals("--help") ? List.of(name) : List.of(name, "1");
      assertThat(Options.parse(line)).as(name).isNotEqualTo(defaults);
    }
  }

  private Process start(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "ai.prismer.claw.openclaw.Main",
            "--bind",
            "127.0.0.1",
            "--port",
            "0",
            "--health-port",
            "0",
            "--config",
            folder.resolve("config.json").toString(),
            "--token-file",
            folder.resolve("token").toString(),
            "--session-dir",
            folder.resolve("sessions").toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }
}
