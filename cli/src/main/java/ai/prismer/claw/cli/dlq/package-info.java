/** The messages that an agent's bus could not deliver, and what a person does with them. */
@NullMarked
package ai.prismer.claw.cli.dlq;

import org.jspecify.annotations.NullMarked;
