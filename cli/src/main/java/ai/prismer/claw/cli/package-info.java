/** {@code kubectl-claw}: a person's tool, run as {@code kubectl claw}. */
@NullMarked
package ai.prismer.claw.cli;

import org.jspecify.annotations.NullMarked;
