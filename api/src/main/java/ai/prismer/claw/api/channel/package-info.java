/** Records of a ClawChannel: a way to talk to agents, and who of them uses it. */
@NullMarked
package ai.prismer.claw.api.channel;

import org.jspecify.annotations.NullMarked;
