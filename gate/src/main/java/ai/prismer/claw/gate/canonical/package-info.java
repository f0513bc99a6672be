/** One JSON value, one sequence of bytes (RFC 8785), one digest. */
@NullMarked
package ai.prismer.claw.gate.canonical;

import org.jspecify.annotations.NullMarked;
