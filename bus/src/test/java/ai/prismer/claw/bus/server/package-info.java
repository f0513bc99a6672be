/** The bus as its clients see it: over real sockets. */
@NullMarked
package ai.prismer.claw.bus.server;

import org.jspecify.annotations.NullMarked;
