/** The Helm chart of this repository, rendered and applied for tests. */
@NullMarked
package ai.prismer.claw.testkit.chart;

import org.jspecify.annotations.NullMarked;
