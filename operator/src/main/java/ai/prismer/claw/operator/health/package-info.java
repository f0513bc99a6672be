/** The HTTP endpoints of the operator: alive, ready, metrics. */
@NullMarked
package ai.prismer.claw.operator.health;

import org.jspecify.annotations.NullMarked;
