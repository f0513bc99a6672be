/** Liveness, readiness and metrics over plain HTTP. */
@NullMarked
package ai.prismer.claw.openclaw.health;

import org.jspecify.annotations.NullMarked;
