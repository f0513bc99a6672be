/** The channels' side: sockets, connections, what may be sent through them and by whom. */
@NullMarked
package ai.prismer.claw.bus.server;

import org.jspecify.annotations.NullMarked;
