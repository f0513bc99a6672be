/** The process: settings, assembly, beginning and end. */
@NullMarked
package ai.prismer.claw.bus;

import org.jspecify.annotations.NullMarked;
