/**
 * The red team: every way we know to get from an agent's account, or from any other account without
 * the right, to a workload, tried on a running cluster with real tokens, once with the operator up
 * and once with it scaled to zero.
 */
@NullMarked
package ai.prismer.claw.testkit.redteam;

import org.jspecify.annotations.NullMarked;
