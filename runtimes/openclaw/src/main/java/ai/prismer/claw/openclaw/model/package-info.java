/** Asking a language model, streaming, in a way that can be stopped at any moment. */
@NullMarked
package ai.prismer.claw.openclaw.model;

import org.jspecify.annotations.NullMarked;
