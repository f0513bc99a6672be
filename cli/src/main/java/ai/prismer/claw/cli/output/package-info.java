/** The one way from this program to a person's screen. */
@NullMarked
package ai.prismer.claw.cli.output;

import org.jspecify.annotations.NullMarked;
