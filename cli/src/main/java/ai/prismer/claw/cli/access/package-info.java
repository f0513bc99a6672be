/** What an agent's account may really do. */
@NullMarked
package ai.prismer.claw.cli.access;

import org.jspecify.annotations.NullMarked;
