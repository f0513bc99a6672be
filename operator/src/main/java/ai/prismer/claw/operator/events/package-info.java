/** Kubernetes Events: what happened, for the person who runs {@code kubectl describe}. */
@NullMarked
package ai.prismer.claw.operator.events;

import org.jspecify.annotations.NullMarked;
