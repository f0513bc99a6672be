/**
 * The gate: the one pure function between a request and a workload, and the plain records it
 * decides on.
 */
@NullMarked
package ai.prismer.claw.gate.decision;

import org.jspecify.annotations.NullMarked;
