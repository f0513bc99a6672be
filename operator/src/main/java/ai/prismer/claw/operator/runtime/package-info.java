/**
 * The running operator: process, caches, watches, leadership. The only room that knows the operator
 * framework.
 */
@NullMarked
package ai.prismer.claw.operator.runtime;

import org.jspecify.annotations.NullMarked;
