/** What an agent's own account may try, who must refuse it, and a program that tries all of it. */
@NullMarked
package ai.prismer.claw.testkit.attack;

import org.jspecify.annotations.NullMarked;
