/** The one thread that owns sockets, queues and everything else that changes. */
@NullMarked
package ai.prismer.claw.bus.loop;

import org.jspecify.annotations.NullMarked;
