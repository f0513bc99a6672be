/**
 * Secrets, known by a keyed mark of their content only: nothing of what they hold is kept, and no
 * Secret that no Claw names is ever read.
 */
@NullMarked
package ai.prismer.claw.operator.secrets;

import org.jspecify.annotations.NullMarked;
