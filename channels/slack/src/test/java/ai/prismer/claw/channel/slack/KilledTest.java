package ai.prismer.claw.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.testkit.slack.SlackDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sidecar as a process, with the flags that its image has, killed while it works. */
@Timeout(300)
class KilledTest {
  private static final String ROOM = "C0ROOM";
  private static final String ANNA = "U0ANNA";

  @TempDir private Path folder;
  private SlackDouble slack;
  private TalkingBus bus;
  private Process process;

  @BeforeEach
  void start() throws Exception {
    slack = SlackDouble.start();
    bus = new TalkingBus(folder);
    launch();
    until(() -> slack.connections() == 1);
  }

  @AfterEach
  void end() throws IOException {
    process.destroyForcibly();
    slack.close();
    bus.end();
  }

  private void launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx40m",
            "-Xss256k",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=24m",
            "-XX:-UsePerfData",
            "-XX:+UseCompactObjectHeaders",
            "-cp",
            System.getProperty("java.class.path"),
            "ai.prismer.claw.channel.slack.Main");
    builder.environment().clear();
    builder.environment().put("CHANNEL_NAME", "team");
    builder.environment().put("SLACK_BOT_TOKEN", SlackDouble.BOT_TOKEN);
    builder.environment().put("SLACK_APP_TOKEN", SlackDouble.APP_TOKEN);
    builder.environment().put("SLACK_API_URL", slack.api().toString());
    builder.environment().put("IPC_SOCKET_PATH", TalkingBus.socket(folder).toString());
    builder
        .environment()
        .put("CHANNEL_CONFIG", "{\"channels\":[\"" + ROOM + "\"],\"listenPort\":0}");
    builder.redirectErrorStream(true).redirectOutput(log().toFile());
    process = builder.start();
  }

  private Path log() {
    return folder.resolve("slack.log");
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofMinutes(2)).until(condition);
  }

  @Test
  void killedBetweenThePostAndItsAcknowledgementItNeitherLosesTheAnswerNorSaysItTwice()
      throws Exception {
    slack.say(ROOM, ANNA, "first", null);
    until(() -> slack.answers(ROOM).size() == 1 && bus.owed() == 0);
    System.out.printf("resident slack: %d KiB%n", residentKib());
    // Said and not answered: the sidecar does not know that the second answer is there.
    slack.last("chat.postMessage");
    slack.say(ROOM, ANNA, "second", null);
    until(() -> slack.answers(ROOM).size() == 2);
    process.destroyForcibly().waitFor();
    assertThat(bus.owed()).isEqualTo(1);
    slack.say(ROOM, ANNA, "third", null);
    slack.offline(false);
    launch();
    until(() -> slack.answers(ROOM).size() == 3 && bus.owed() == 0);
    assertThat(slack.answers(ROOM))
        .containsExactlyInAnyOrder("you said first", "you said second", "you said third");
    assertThat(bus.texts()).containsExactly("first", "second", "third");
    assertThat(Files.readString(log()))
        .doesNotContain(SlackDouble.BOT_TOKEN)
        .doesNotContain(SlackDouble.APP_TOKEN);
    process.destroy();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aWrongTokenIsOneLine() throws Exception {
    process.destroyForcibly().waitFor();
    slack.revoke();
    launch();
    until(() -> Files.readString(log()).contains("invalid_auth"));
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            Files.readAllLines(log()).stream().filter(line -> line.contains("invalid_auth")).count()
                == 1);
    assertThat(List.of(Files.readString(log()).split("\n", -1)))
        .noneMatch(line -> line.contains("xoxb-1") || line.contains("\tat "));
  }

  private long residentKib() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
