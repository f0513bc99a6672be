package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import java.util.List;

/**
 * The escalations that this operator remembers. Possibly a moment old, never a substitute for a
 * compare-and-swap. What it returns must not be changed.
 */
@FunctionalInterface
public interface EscalationIndex {

  /** Those in the namespace of this Claw that name it, in no order. */
  List<ClawOpsEscalation> of(Claw claw);
}
