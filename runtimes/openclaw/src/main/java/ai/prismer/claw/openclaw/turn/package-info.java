/** One question and its answer: started once, stopped at any time, ended exactly once. */
@NullMarked
package ai.prismer.claw.openclaw.turn;

import org.jspecify.annotations.NullMarked;
