/** Self-healing of one agent: what it did, and what a person may ask of it. */
@NullMarked
package ai.prismer.claw.cli.ops;

import org.jspecify.annotations.NullMarked;
