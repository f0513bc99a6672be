/**
 * Discord as a sidecar sees it, from its public documentation: {@link
 * ai.prismer.claw.testkit.discord.DiscordDouble}.
 */
@NullMarked
package ai.prismer.claw.testkit.discord;

import org.jspecify.annotations.NullMarked;
