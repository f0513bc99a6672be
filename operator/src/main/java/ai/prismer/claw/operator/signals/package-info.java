/**
 * What signals are made from besides the pods themselves: the rules that an administrator set, and
 * what containers use.
 */
@NullMarked
package ai.prismer.claw.operator.signals;

import org.jspecify.annotations.NullMarked;
