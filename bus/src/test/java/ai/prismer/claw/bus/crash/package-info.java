/** Kills the bus, again and again, and keeps the books outside of it. */
@NullMarked
package ai.prismer.claw.bus.crash;

import org.jspecify.annotations.NullMarked;
