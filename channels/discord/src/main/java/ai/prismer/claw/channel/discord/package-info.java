/** The Discord sidecar: messages of people through the gateway into the bus, answers as replies. */
@NullMarked
package ai.prismer.claw.channel.discord;

import org.jspecify.annotations.NullMarked;
