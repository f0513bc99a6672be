/**
 * What two programs in different containers must agree on: paths, ports and environment variables.
 *
 * <p>Defined once and imported by both sides. Two programs that each carry their own copy of a path
 * drift apart silently: one writes where the other never looks, and only a real pod shows it.
 */
@NullMarked
package ai.prismer.claw.contract;

import org.jspecify.annotations.NullMarked;
