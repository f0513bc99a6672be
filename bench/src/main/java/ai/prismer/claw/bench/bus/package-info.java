/** The message bus against the disk under it and against other servers that keep messages. */
@NullMarked
package ai.prismer.claw.bench.bus;

import org.jspecify.annotations.NullMarked;
