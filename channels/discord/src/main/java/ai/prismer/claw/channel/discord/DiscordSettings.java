package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.vendor.SidecarConfig;
import ai.prismer.claw.channel.vendor.SidecarSettings;
import ai.prismer.claw.contract.BusPaths;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One Discord channel as configured.
 *
 * @param common what all channels have
 * @param token of the bot
 * @param api prefix of Discord's REST interface, version 10
 * @param gateway address of Discord's gateway
 * @param channels ids of the channels and threads that are served
 * @param directMessages whether direct messages are answered too
 * @param mentionsOnly whether only messages that mention the bot are for the agent
 */
record DiscordSettings(
    SidecarSettings common,
    String token,
    String api,
    String gateway,
    Set<String> channels,
    boolean directMessages,
    boolean mentionsOnly) {
  static final String USAGE =
      """
      The Discord channel of k8s4claw: messages of people to the agent, its answers as replies.

        CHANNEL_NAME         name of the channel. Required
        CHANNEL_MODE         inbound, outbound or bidirectional (default bidirectional)
        DISCORD_BOT_TOKEN    from the channel's Secret. Required. One sidecar a bot
        DISCORD_API_URL      https://discord.com/api/v10/
        DISCORD_GATEWAY_URL  wss://gateway.discord.gg/
        IPC_SOCKET_PATH      the bus's socket (default %s)
        CHANNEL_CONFIG       a JSON object:
          channels              ids of the channels and threads that are served
          directMessages        false; true answers direct messages too
          mentionsOnly          false; true leaves messages alone that do not mention the bot
          streaming             true, an answer is shown while it is made
          editIntervalMillis    1500, between two replacements of such an answer
          listenPort            8080, for /healthz, /readyz and /metrics

      Ends with 0 after SIGTERM, 2 when the environment is wrong, 1 when it cannot listen.
      """
          .formatted(BusPaths.CHANNEL_SOCKET);

  private static final Pattern CHANNEL = Pattern.compile("[0-9]{5,20}");

  /**
   * Reads the environment.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong
   */
  static DiscordSettings read(Map<String, String> environment) {
    SidecarConfig config = new SidecarConfig(environment);
    boolean directMessages = config.flag("directMessages", false);
    String api = config.get("DISCORD_API_URL", "https://discord.com/api/v10/");
    if (!api.matches("https?://[^\\s@?#]+/")) {
      throw SidecarConfig.wrong("DISCORD_API_URL", "an http or https URL that ends with /");
    }
    String gateway = config.get("DISCORD_GATEWAY_URL", "wss://gateway.discord.gg/");
    if (!gateway.matches("wss?://[^\\s@?#]+/")) {
      throw SidecarConfig.wrong("DISCORD_GATEWAY_URL", "a ws or wss URL that ends with /");
    }
    return new DiscordSettings(
        config.common(),
        config.secret("DISCORD_BOT_TOKEN", ""),
        api,
        gateway,
        config.channels(CHANNEL, directMessages),
        directMessages,
        config.flag("mentionsOnly", false));
  }

  /** Whether messages of this channel are for the agent, and its answers for this channel. */
  boolean serves(String channel) {
    return isDirect(channel) ? directMessages : channels.contains(channel);
  }

  /**
   * Whether a conversation is between the bot and one person. Discord's id does not tell, and does
   * not say it of a message that is fetched; ours has a D before it.
   */
  static boolean isDirect(String channel) {
    return channel.startsWith("D");
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "DiscordSettings[" + common.name() + "]";
  }
}
