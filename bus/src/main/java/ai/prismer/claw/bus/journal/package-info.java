/** The write-ahead log under the bus; {@link ai.prismer.claw.bus.journal.Journal} explains it. */
@NullMarked
package ai.prismer.claw.bus.journal;

import org.jspecify.annotations.NullMarked;
