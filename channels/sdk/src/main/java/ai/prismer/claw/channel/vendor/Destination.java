package ai.prismer.claw.channel.vendor;

import org.jspecify.annotations.Nullable;

/**
 * Where something is to be said.
 *
 * @param channel the service's id of the conversation
 * @param thread the service's id of a thread in it, null for none
 * @param question the service's id of the message that is answered, null if none is
 */
public record Destination(String channel, @Nullable String thread, @Nullable String question) {}
