/**
 * What an agent's own account can do: proven, not assumed. Proof that the admission policies bite,
 * rights for the agent while they do, and a look at what its account holds besides.
 */
@NullMarked
package ai.prismer.claw.operator.confinement;

import org.jspecify.annotations.NullMarked;
