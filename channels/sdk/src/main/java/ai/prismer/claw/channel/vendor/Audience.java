package ai.prismer.claw.channel.vendor;

import java.util.Set;

/**
 * Whom a channel of a chat service listens to and answers.
 *
 * @param channels ids of the channels that are served
 * @param directMessages whether direct messages are answered too
 * @param mentionsOnly whether only messages that mention the app are for the agent
 */
public record Audience(Set<String> channels, boolean directMessages, boolean mentionsOnly) {
  /** Whether messages of this channel are for the agent, and its answers for this channel. */
  public boolean serves(String channel) {
    return isDirect(channel) ? directMessages : channels.contains(channel);
  }

  /** Whether a conversation is between the app and one person: its id begins with a D. */
  public static boolean isDirect(String channel) {
    return channel.startsWith("D");
  }
}
