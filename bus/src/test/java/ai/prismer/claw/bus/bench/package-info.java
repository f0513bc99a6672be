/** Benchmarks that print a ratio to something measured in the same run. */
@NullMarked
package ai.prismer.claw.bus.bench;

import org.jspecify.annotations.NullMarked;
