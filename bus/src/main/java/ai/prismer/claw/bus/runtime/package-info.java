/** The turns between the channels' lanes and the bridge. */
@NullMarked
package ai.prismer.claw.bus.runtime;

import org.jspecify.annotations.NullMarked;
