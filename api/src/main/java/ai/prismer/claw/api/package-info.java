/** The custom resources of group {@code claw.prismer.ai} and the names that belong to them. */
@NullMarked
package ai.prismer.claw.api;

import org.jspecify.annotations.NullMarked;
