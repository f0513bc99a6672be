/** What the operator is told at start: its configuration file, and who it is. */
@NullMarked
package ai.prismer.claw.operator.configuration;

import org.jspecify.annotations.NullMarked;
