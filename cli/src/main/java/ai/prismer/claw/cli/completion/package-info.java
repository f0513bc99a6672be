/** What a shell asks while somebody types. */
@NullMarked
package ai.prismer.claw.cli.completion;

import org.jspecify.annotations.NullMarked;
