package ai.prismer.claw.channel.slack;

import ai.prismer.claw.channel.vendor.SidecarConfig;
import ai.prismer.claw.channel.vendor.SidecarSettings;
import ai.prismer.claw.contract.BusPaths;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One Slack channel as configured.
 *
 * @param common what all channels have
 * @param botToken {@code xoxb-…}, for everything that is asked of Slack
 * @param appToken {@code xapp-…}, for Socket Mode; empty where nobody is listened to
 * @param api prefix of Slack's methods
 * @param channels ids of the channels that are served
 * @param directMessages whether direct messages are answered too
 * @param mentionsOnly whether only messages that mention the app are for the agent
 */
record SlackSettings(
    SidecarSettings common,
    String botToken,
    String appToken,
    String api,
    Set<String> channels,
    boolean directMessages,
    boolean mentionsOnly) {
  static final String USAGE =
      """
      The Slack channel of k8s4claw: messages of people to the agent, its answers into their threads.

        CHANNEL_NAME      name of the channel. Required
        CHANNEL_MODE      inbound, outbound or bidirectional (default bidirectional)
        SLACK_BOT_TOKEN   xoxb-…, from the channel's Secret. Required
        SLACK_APP_TOKEN   xapp-…, from the channel's Secret. Required unless outbound. One sidecar an app
        SLACK_API_URL     https://slack.com/api/
        IPC_SOCKET_PATH   the bus's socket (default %s)
        CHANNEL_CONFIG    a JSON object:
          channels              ids of the channels that are served, such as ["C024BE91L"]
          directMessages        false; true answers direct messages too
          mentionsOnly          false; true leaves messages alone that do not mention the app
          streaming             true, an answer is shown while it is made
          editIntervalMillis    1500, between two replacements of such an answer
          listenPort            8080, for /healthz, /readyz and /metrics

      Ends with 0 after SIGTERM, 2 when the environment is wrong, 1 when it cannot listen.
      """
          .formatted(BusPaths.CHANNEL_SOCKET);

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
    boolean directMessages = config.flag("directMessages", false);
    String api = config.get("SLACK_API_URL", "https://slack.com/api/");
    if (!api.matches("https?://[^\\s@?#]+/")) {
      throw SidecarConfig.wrong("SLACK_API_URL", "an http or https URL that ends with /");
    }
    return new SlackSettings(
        common,
        config.secret("SLACK_BOT_TOKEN", "xoxb-"),
        common.takesIn() ? config.secret("SLACK_APP_TOKEN", "xapp-") : "",
        api,
        config.channels(CHANNEL, directMessages),
        directMessages,
        config.flag("mentionsOnly", false));
  }

  /** Whether messages of this channel are for the agent, and its answers for this channel. */
  boolean serves(String channel) {
    return isDirect(channel) ? directMessages : channels.contains(channel);
  }

  /** Whether a conversation is between the app and one person. */
  static boolean isDirect(String channel) {
    return channel.startsWith("D");
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "SlackSettings[" + common.name() + "]";
  }
}
