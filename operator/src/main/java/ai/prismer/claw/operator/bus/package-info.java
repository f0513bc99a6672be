/** What the buses beside the agents know of their channels, read from outside. */
@NullMarked
package ai.prismer.claw.operator.bus;

import org.jspecify.annotations.NullMarked;
