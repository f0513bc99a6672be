/** The bus as a whole, and what tests of it share. */
@NullMarked
package ai.prismer.claw.bus;

import org.jspecify.annotations.NullMarked;
