/** Replacing pods: which, when, and without breaking what other budgets protect. */
@NullMarked
package ai.prismer.claw.operator.rollout;

import org.jspecify.annotations.NullMarked;
