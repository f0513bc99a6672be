/** What the operator, and nobody else, writes into the status of a Claw. */
@NullMarked
package ai.prismer.claw.api.status;

import org.jspecify.annotations.NullMarked;
