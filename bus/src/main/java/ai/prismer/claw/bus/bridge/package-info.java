/** The runtime's side: one class for each way in which an agent can be talked to. */
@NullMarked
package ai.prismer.claw.bus.bridge;

import org.jspecify.annotations.NullMarked;
