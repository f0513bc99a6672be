/**
 * What a person writes into a Claw. Every component is optional in Java where it is optional on the
 * server; {@link ai.prismer.claw.api.rules.Defaulting} fills the gaps.
 */
@NullMarked
package ai.prismer.claw.api.spec;

import org.jspecify.annotations.NullMarked;
