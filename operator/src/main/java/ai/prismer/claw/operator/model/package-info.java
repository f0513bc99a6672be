/** From a Claw to the objects it becomes: pure functions, never a client. */
@NullMarked
package ai.prismer.claw.operator.model;

import org.jspecify.annotations.NullMarked;
