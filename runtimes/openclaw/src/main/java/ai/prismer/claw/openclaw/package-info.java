/** The first-party agent gateway: clients on one side, a language model on the other. */
@NullMarked
package ai.prismer.claw.openclaw;

import org.jspecify.annotations.NullMarked;
