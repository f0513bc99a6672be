package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.vendor.Audience;
import ai.prismer.claw.channel.vendor.SidecarConfig;
import ai.prismer.claw.channel.vendor.SidecarSettings;
import ai.prismer.claw.contract.BusPaths;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One Discord channel as configured.
 *
 * @param common what all channels have
 * @param token of the bot
 * @param api prefix of Discord's REST interface, version 10
 * @param gateway address of Discord's gateway
 * @param audience whom it serves. Discord's id of a channel does not tell whether it is that of one
 *     person, and Discord does not say it of a message that is fetched; ours has a D before it
 */
record DiscordSettings(
    SidecarSettings common, String token, String api, String gateway, Audience audience) {
  static final String USAGE =
      """
      The Discord channel of k8s4claw: messages of people to the agent, its answers as replies.

        CHANNEL_NAME         name of the channel. Required
        CHANNEL_MODE         inbound, outbound or bidirectional (default bidirectional)
        DISCORD_BOT_TOKEN    from the channel's Secret. Required. One sidecar a bot
        DISCORD_API_URL      https://discord.com/api/v10/
        DISCORD_GATEWAY_URL  wss://gateway.discord.gg/
        IPC_SOCKET_PATH      the bus's socket (default %s)
        CHANNEL_CONFIG       a JSON object; a thread is a channel:
      %s\
      """
          .formatted(BusPaths.CHANNEL_SOCKET, SidecarConfig.USAGE);

  private static final Pattern CHANNEL = Pattern.compile("[0-9]{5,20}");

  /**
   * Reads the environment.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong
   */
  static DiscordSettings read(Map<String, String> environment) {
    SidecarConfig config = new SidecarConfig(environment);
    return new DiscordSettings(
        config.common(),
        config.secret("DISCORD_BOT_TOKEN", ""),
        config.address("DISCORD_API_URL", "http", "https://discord.com/api/v10/"),
        config.address("DISCORD_GATEWAY_URL", "ws", "wss://gateway.discord.gg/"),
        config.audience(CHANNEL));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "DiscordSettings[" + common.name() + "]";
  }
}
