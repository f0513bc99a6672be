/** What the process says to whoever reads its container's log. */
@NullMarked
package ai.prismer.claw.bus.log;

import org.jspecify.annotations.NullMarked;
