/** A client of OpenClaw's gateway protocol 4, for tests and for people. */
@NullMarked
package ai.prismer.claw.testkit.gateway;

import org.jspecify.annotations.NullMarked;
