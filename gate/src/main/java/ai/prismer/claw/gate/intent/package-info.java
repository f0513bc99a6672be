/**
 * What somebody asks for: the five bounded operations, their strict parser and exact quantities.
 */
@NullMarked
package ai.prismer.claw.gate.intent;

import org.jspecify.annotations.NullMarked;
