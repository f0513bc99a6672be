/** What a person sees of agents: status, events, logs. */
@NullMarked
package ai.prismer.claw.cli.status;

import org.jspecify.annotations.NullMarked;
