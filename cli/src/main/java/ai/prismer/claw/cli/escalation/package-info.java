/** Incidents that a person looks at, and decides on. */
@NullMarked
package ai.prismer.claw.cli.escalation;

import org.jspecify.annotations.NullMarked;
