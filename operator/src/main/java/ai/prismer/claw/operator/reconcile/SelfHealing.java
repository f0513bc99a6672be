package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The step of a reconciliation that senses what is wrong, decides intents and keeps {@code
 * status.ops}. It runs before the children are decided, so that an adjustment it stores is in
 * effect in the same reconciliation.
 *
 * <p>It runs for paused and suspended Claws too, because an intent that arrives there must be
 * refused rather than kept; it does not run for a Claw that is being deleted or whose spec cannot
 * be carried out.
 */
@FunctionalInterface
public interface SelfHealing {

  /**
   * Looks at one Claw.
   *
   * <p>Every write of it is a compare-and-swap on the resourceVersion of the Claw it was given or
   * of the one its own last write returned. A conflict is thrown as it comes from the client: the
   * reconciliation then observes again.
   *
   * @param claw the Claw, at least as new as this operator's own last write
   * @param statefulSet its StatefulSet, when there is one that belongs to it
   * @param pods its pods, proven by name and by owner UIDs, in the order of their ordinals; never
   *     such as only carry the label
   * @return what the Claw is to be, and when to look again although nothing changes
   */
  Healed heal(Claw claw, @Nullable StatefulSet statefulSet, List<Pod> pods);

  /**
   * What a call left behind.
   *
   * <p>Where somebody waits for it, the {@code status.ops} of the Claw is yet to be stored,
   * together with whatever else the reconciliation has to say in the status. It may be lost until
   * then: who looks again finds the same.
   *
   * @param claw the Claw as it is to be
   * @param stored the Claw as the last write left it; what was given if nothing was written
   * @param lookAgainAfter when to look again although nothing changes; null when no time matters
   * @param whenStored to be called with the Claw once it is stored; null if it is
   */
  record Healed(
      Claw claw,
      Claw stored,
      @Nullable Duration lookAgainAfter,
      @Nullable Consumer<Claw> whenStored) {}
}
