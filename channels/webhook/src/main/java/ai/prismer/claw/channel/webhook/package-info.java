/** The webhook sidecar: signed HTTP requests into the bus, and answers out of it. */
@NullMarked
package ai.prismer.claw.channel.webhook;

import org.jspecify.annotations.NullMarked;
