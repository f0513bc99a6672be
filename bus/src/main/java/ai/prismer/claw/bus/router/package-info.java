/**
 * From the journal to the receivers: one queue per channel and direction, retries, dead letters.
 */
@NullMarked
package ai.prismer.claw.bus.router;

import org.jspecify.annotations.NullMarked;
