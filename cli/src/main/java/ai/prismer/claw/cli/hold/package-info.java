/** Verbs that make an agent, or self-healing of it, stand still for a while. */
@NullMarked
package ai.prismer.claw.cli.hold;

import org.jspecify.annotations.NullMarked;
