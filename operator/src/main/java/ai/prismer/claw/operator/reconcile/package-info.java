/**
 * One reconciliation, free of any framework: observe, decide, apply, write the status, say what
 * happened.
 */
@NullMarked
package ai.prismer.claw.operator.reconcile;

import org.jspecify.annotations.NullMarked;
