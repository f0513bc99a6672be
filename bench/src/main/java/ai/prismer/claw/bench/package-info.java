/**
 * Benchmarks of the operator: each figure that a document claims is measured here, side by side
 * with its yardstick in one run.
 */
@NullMarked
package ai.prismer.claw.bench;

import org.jspecify.annotations.NullMarked;
