/** Conversations on disk. */
@NullMarked
package ai.prismer.claw.openclaw.session;

import org.jspecify.annotations.NullMarked;
