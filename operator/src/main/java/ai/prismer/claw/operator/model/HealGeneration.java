package ai.prismer.claw.operator.model;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.OpsStatus;
import java.util.List;

/**
 * The mark of the last heal that a Claw knows of: it only ever rises.
 *
 * <p>Children carry the mark they were applied with, and an operator never applies a child that
 * carries a higher one than the Claw it decided on: its Claw is from before a heal, and applying
 * would undo it.
 */
public final class HealGeneration {

  private HealGeneration() {}

  /** The mark, or 0 for a Claw that was never healed. */
  public static long of(Claw claw) {
    OpsStatus ops = claw.getStatus() == null ? null : claw.getStatus().ops();
    if (ops == null) {
      return 0;
    }
    long mark = ops.lastIntentGeneration() == null ? 0 : ops.lastIntentGeneration();
    if (ops.inFlight() != null) {
      mark = Math.max(mark, ops.inFlight().generation());
    }
    List<Adjustment> adjustments = ops.adjustments() == null ? List.of() : ops.adjustments();
    for (Adjustment adjustment : adjustments) {
      mark = Math.max(mark, adjustment.generation());
    }
    return mark;
  }
}
