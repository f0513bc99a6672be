/** A real API server for tests, one per JVM, with a client for each identity. */
@NullMarked
package ai.prismer.claw.testkit.cluster;

import org.jspecify.annotations.NullMarked;
