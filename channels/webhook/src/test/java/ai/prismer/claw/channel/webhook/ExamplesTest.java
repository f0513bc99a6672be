package ai.prismer.claw.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.channel.fixture.TalkingBus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of a channel in another language, run as they stand against a real bus. */
@Timeout(120)
class ExamplesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();

  @TempDir private Path folder;

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  private Process start(String file) throws IOException {
    List<String> command =
        file.endsWith(".py") ? List.of("python3", file) : List.of("go", "run", file);
    assumeTrue(isThere(command.getFirst()), command.getFirst());
    ProcessBuilder builder = new ProcessBuilder(command).directory(EXAMPLES.toFile());
    builder.environment().put("CHANNEL_NAME", "hook");
    builder.environment().put("IPC_SOCKET_PATH", TalkingBus.socket(folder, "hook").toString());
    return builder.redirectError(folder.resolve("err").toFile()).start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"channel.py", "channel.go"})
  void anExampleTalksToTheAgentAlsoWhenTheBusComesLateAndGoesInBetween(String file)
      throws Exception {
    assertThat(Files.readAllLines(EXAMPLES.resolve(file)))
        .filteredOn(line -> !line.isBlank())
        .hasSizeLessThanOrEqualTo(60);
    Process example = start(file);
    try (Writer in = example.outputWriter();
        BufferedReader out = example.inputReader()) {
      in.write("early\n");
      in.flush();
      TalkingBus bus = new TalkingBus(folder, "hook", ChannelMode.BIDIRECTIONAL, 16);
      assertThat(out.readLine()).isEqualTo("you said early");
      await().atMost(PATIENCE).until(() -> bus.owed() == 0);
      bus.end();
      in.write("in between\n");
      in.flush();
      TalkingBus next = new TalkingBus(folder, "hook", ChannelMode.BIDIRECTIONAL, 16);
      assertThat(out.readLine()).isEqualTo("you said in between");
      await().atMost(PATIENCE).until(() -> next.owed() == 0);
      next.end();
    } finally {
      example.descendants().forEach(ProcessHandle::destroyForcibly);
      example.destroyForcibly();
    }
  }
}
