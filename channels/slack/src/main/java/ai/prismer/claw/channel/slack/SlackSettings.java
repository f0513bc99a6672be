package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.Audience;
import ai.prismer.claw.channel.vendor.SidecarConfig;
import ai.prismer.claw.channel.vendor.SidecarSettings;
import ai.prismer.claw.contract.BusPaths;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One Slack channel as configured.
 *
 * @param common what all channels have
 * @param botToken {@code xoxb-…}, for everything that is asked of Slack
 * @param appToken {@code xapp-…}, for Socket Mode; empty where nobody is listened to
 * @param api prefix of Slack's methods
 * @param audience whom it serves
 */
record SlackSettings(
    SidecarSettings common, String botToken, String appToken, String api, Audience audience) {
  static final String USAGE =
      """
      The Slack channel of k8s4claw: messages of people to the agent, its answers into their threads.

        CHANNEL_NAME      name of the channel. Required
        CHANNEL_MODE      inbound, outbound or bidirectional (default bidirectional)
        SLACK_BOT_TOKEN   xoxb-…, from the channel's Secret. Required
        SLACK_APP_TOKEN   xapp-…, from the channel's Secret. Required unless outbound. One sidecar an app
        SLACK_API_URL     https://slack.com/api/
        IPC_SOCKET_PATH   the bus's socket (default %s)
        CHANNEL_CONFIG    a JSON object; ids such as C024BE91L:
      %s\
      """
          .formatted(BusPaths.CHANNEL_SOCKET, SidecarConfig.USAGE);

  /** Public, private and shared channels, and conversations of several people. */
  private static final Pattern CHANNEL = Pattern.compile("[CG][A-Z0-9]{2,20}");

  /**
   * Reads the environment.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong
   */
  static SlackSettings read(Map<String, String> environment) {
    SidecarConfig config = new SidecarConfig(environment);
    SidecarSettings common = config.common();
    return new SlackSettings(
        common,
        // First: a token in the configuration is worse than anything else that is wrong with it.
        config.secret("SLACK_BOT_TOKEN", "xoxb-"),
        common.takesIn() ? config.secret("SLACK_APP_TOKEN", "xapp-") : "",
        config.address("SLACK_API_URL", "http", "https://slack.com/api/"),
        config.audience(CHANNEL));
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "SlackSettings[" + common.name() + "]";
  }
}
