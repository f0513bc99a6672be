/** {@code kubectl claw audit}: the receipt log, live and offline. */
@NullMarked
package ai.prismer.claw.cli.audit;

import org.jspecify.annotations.NullMarked;
