package ai.prismer.claw.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.bus.server.ChannelMode;
import ai.prismer.claw.channel.fixture.TalkingBus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/channels.md shows, typed as it stands. */
@Timeout(60)
class DocumentationTest {
  @TempDir private Path folder;

  @Test
  void theExampleWithCurlIsAnswered() throws Exception {
    String document = Files.readString(Path.of("..", "..", "docs", "channels.md"));
    int begin = document.indexOf("```bash\n") + "```bash\n".length();
    String script = document.substring(begin, document.indexOf("```", begin));
    TalkingBus bus = new TalkingBus(folder, "hook", ChannelMode.BIDIRECTIONAL, 16);
    Map<String, String> environment =
        Map.of(
            "CHANNEL_NAME",
            "hook",
            "WEBHOOK_SECRET",
            Caller.SECRET,
            "IPC_SOCKET_PATH",
            TalkingBus.socket(folder, "hook").toString(),
            "CHANNEL_CONFIG",
            "{\"listenPort\":0}");
    try (WebhookChannel channel =
        WebhookChannel.start(new SettingsReader(environment).read(), InstantSource.system())) {
      Caller caller = new Caller(channel.port());
      await().atMost(Duration.ofSeconds(20)).until(() -> caller.get("readyz").statusCode() == 200);
      ProcessBuilder shell = new ProcessBuilder("bash", "-eu", "-c", script);
      shell.environment().put("WEBHOOK_SECRET", Caller.SECRET);
      shell.environment().put("WEBHOOK_URL", "http://127.0.0.1:" + channel.port() + "/webhook");
      shell.redirectErrorStream(true);
      Process process = shell.start();
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said)
          .contains("\"id\":\"release-7-1\"")
          .contains("\"text\":\"you said How is the deployment going?\"");
    } finally {
      bus.end();
    }
  }
}
