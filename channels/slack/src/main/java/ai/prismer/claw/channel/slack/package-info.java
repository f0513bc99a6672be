/** The Slack sidecar: messages of people through Socket Mode into the bus, answers into threads. */
@NullMarked
package ai.prismer.claw.channel.slack;

import org.jspecify.annotations.NullMarked;
