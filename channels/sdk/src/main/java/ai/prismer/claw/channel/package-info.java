/**
 * A channel sidecar's side of the bus: {@link ai.prismer.claw.channel.BusClient} connects, sends,
 * receives, and comes back by itself when the bus was away.
 */
@NullMarked
package ai.prismer.claw.channel;

import org.jspecify.annotations.NullMarked;
