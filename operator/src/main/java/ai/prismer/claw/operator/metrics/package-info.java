/** Metrics in the format of Prometheus. */
@NullMarked
package ai.prismer.claw.operator.metrics;

import org.jspecify.annotations.NullMarked;
