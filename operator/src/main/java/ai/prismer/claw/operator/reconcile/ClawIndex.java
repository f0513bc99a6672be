package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import java.util.Collection;

/**
 * The Claws that this operator knows, from its cache. Possibly a moment old, never a substitute for
 * a compare-and-swap. What it returns must not be changed.
 */
@FunctionalInterface
public interface ClawIndex {

  /** All Claws, in no order. */
  Collection<Claw> all();
}
