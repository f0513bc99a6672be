package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.decision.Limits;

/**
 * What bounds a raise from outside the Claw; read only when something is decided.
 *
 * @param largestNode allocatable resources of the largest schedulable node; none if not known
 * @param namespace the highest limits that LimitRanges and ResourceQuotas leave to the runtime
 *     container of each pod; none where they set none
 */
record Ceilings(Limits largestNode, Limits namespace) {
  /** Nothing is known. */
  static final Ceilings NONE = new Ceilings(Limits.NONE, Limits.NONE);
}
