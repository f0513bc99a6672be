package ai.prismer.claw.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlackSettingsTest {
  private static Map<String, String> environment(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CHANNEL_NAME", "team");
    environment.put("SLACK_BOT_TOKEN", "xoxb-secret");
    environment.put("SLACK_APP_TOKEN", "xapp-secret");
    environment.put("CHANNEL_CONFIG", "{\"channels\":[\"C1AB\"]}");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  private static void refused(String sentence, String... more) {
    assertThatThrownBy(() -> SlackSettings.read(environment(more)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("secret");
  }

  @Test
  void aMistakeIsSaidWithoutTheSecret() {
    refused("SLACK_BOT_TOKEN must be", "SLACK_BOT_TOKEN", "xapp-secret");
    refused("SLACK_APP_TOKEN must be", "SLACK_APP_TOKEN", "");
    refused("holds a token", "CHANNEL_CONFIG", "{\"botToken\":\"xoxb-secret\"}");
    refused("channels must be", "CHANNEL_CONFIG", "{}");
    refused("channels must be", "CHANNEL_CONFIG", "{\"channels\":[\"#general\"]}");
    refused("listenPort must be", "CHANNEL_CONFIG", "{\"listenPort\":-1}");
    refused("streaming must be", "CHANNEL_CONFIG", "{\"streaming\":\"no\"}");
    refused("CHANNEL_MODE must be", "CHANNEL_MODE", "sideways");
    refused("SLACK_API_URL must be", "SLACK_API_URL", "https://user@example.org/");
    refused("CHANNEL_NAME is not set", "CHANNEL_NAME", "");
  }

  @Test
  void settingsDoNotPrintTheirTokens() {
    assertThat(SlackSettings.read(environment()).toString()).doesNotContain("secret");
  }

  @Test
  void whoOnlySpeaksNeedsNoTokenToListen() {
    SlackSettings settings =
        SlackSettings.read(environment("CHANNEL_MODE", "outbound", "SLACK_APP_TOKEN", ""));
    assertThat(settings.common().takesIn()).isFalse();
    assertThat(settings.audience().serves("C1AB")).isTrue();
    assertThat(settings.audience().serves("C2")).isFalse();
    assertThat(settings.audience().serves("D1")).isFalse();
  }
}
