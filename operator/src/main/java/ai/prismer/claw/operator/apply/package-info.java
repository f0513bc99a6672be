/** Bringing one child to its desired state: create, compare, apply, remove. */
@NullMarked
package ai.prismer.claw.operator.apply;

import org.jspecify.annotations.NullMarked;
