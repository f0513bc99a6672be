/**
 * Defaulting and validation as pure functions: the operator runs them again on what it reads, so
 * that an object that reached it around the schema is treated the same.
 */
@NullMarked
package ai.prismer.claw.api.rules;

import org.jspecify.annotations.NullMarked;
