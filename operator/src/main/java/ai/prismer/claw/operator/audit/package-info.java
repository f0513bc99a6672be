/**
 * The receipt log on the API server: one object for each receipt, named by its index, and a head.
 *
 * <p>The format is the gate's; see {@link ai.prismer.claw.gate.receipt}. Here is only what it takes
 * to append to it from several operators at once, without a lock and without losing a receipt to a
 * crash: {@link ai.prismer.claw.operator.audit.AuditLog}.
 */
@NullMarked
package ai.prismer.claw.operator.audit;

import org.jspecify.annotations.NullMarked;
