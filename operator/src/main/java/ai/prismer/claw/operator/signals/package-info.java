/**
 * What is wrong with a Claw's own pods, seen from outside.
 *
 * <p>{@link ai.prismer.claw.operator.signals.Sighting} is one look: statuses of pods and measured
 * loads, nothing else. Events never count, because any editor can write one. {@link
 * ai.prismer.claw.operator.signals.Ledger} makes edges of looks: it knows what was seen before,
 * from the Claw's status, and says what is new, what is over, and when time alone will make a
 * difference.
 */
@NullMarked
package ai.prismer.claw.operator.signals;

import org.jspecify.annotations.NullMarked;
