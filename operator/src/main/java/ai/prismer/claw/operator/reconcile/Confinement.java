package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the agent's own account may do, and whether that is proven. Asked in each reconciliation
 * after {@link SelfHealing} and before the children are decided.
 *
 * <p>Must answer from memory when nothing changed: it is called in every reconciliation, also of
 * thousands of Claws at a restart. Whoever implements it calls {@link Trigger} when an answer
 * changes.
 */
@FunctionalInterface
public interface Confinement {

  /** Judges one Claw. Writes nothing. */
  Verdict judge(Claw claw);

  /**
   * The judgement.
   *
   * @param children the Role and the RoleBinding of the agent, both named {@link
   *     ai.prismer.claw.operator.model.Names#agentRole}, or none. Name and rules are enough: labels
   *     and the owner are added, and what is missing here is deleted from the cluster.
   * @param conditions what the status says about it: {@code ConfinementEnforced}, {@code
   *     LeastPrivilege}; none where not applicable
   * @param podAllowed whether a pod may run under the account; if not, the Claw is scaled to zero
   *     and one of the conditions says why
   * @param mountToken whether the pod gets a short-lived token of its account
   * @param lookAgainAfter when to ask again although nothing changes; null when no time matters
   */
  record Verdict(
      List<HasMetadata> children,
      List<ConditionDraft> conditions,
      boolean podAllowed,
      boolean mountToken,
      @Nullable Duration lookAgainAfter) {

    public Verdict {
      children = List.copyOf(children);
      conditions = List.copyOf(conditions);
    }
  }
}
