/** Deterministic rules: this signal, this often, becomes this intent. */
@NullMarked
package ai.prismer.claw.gate.rule;

import org.jspecify.annotations.NullMarked;
