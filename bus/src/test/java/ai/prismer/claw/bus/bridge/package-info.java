/** Bridges against runtimes of a few lines that speak the real wire. */
@NullMarked
package ai.prismer.claw.bus.bridge;

import org.jspecify.annotations.NullMarked;
