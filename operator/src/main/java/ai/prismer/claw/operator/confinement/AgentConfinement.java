package ai.prismer.claw.operator.confinement;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.AgentIntents;
import ai.prismer.claw.operator.reconcile.ConditionDraft;
import ai.prismer.claw.operator.reconcile.Confinement;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Judges a Claw from the proof of its namespace and what its account holds. Thread-safe. */
public final class AgentConfinement implements Confinement {
  private final ConfinementProbe probe;
  private final LeastPrivilege leastPrivilege;
  private final Predicate<String> watched;

  /**
   * Makes it from its two sources.
   *
   * @param probe proof of confinement by namespace
   * @param leastPrivilege what accounts hold
   * @param watched namespaces that a companion watches: there it must be proven for its sake
   */
  public AgentConfinement(
      ConfinementProbe probe, LeastPrivilege leastPrivilege, Predicate<String> watched) {
    this.probe = probe;
    this.leastPrivilege = leastPrivilege;
    this.watched = watched;
  }

  @Override
  public Verdict judge(Claw claw) {
    Privileges privileges = leastPrivilege.of(claw);
    boolean asks = Defaulting.agentIntents(claw.getSpec()) != AgentIntents.Deny;
    String namespace = claw.getMetadata().getNamespace();
    // Where a companion watches it is asked for too, so that it goes on being proven; it says
    // nothing about this agent.
    Proof proof = asks || watched.test(namespace) ? probe.proof(namespace) : null;
    return verdict(claw, privileges, asks ? proof : null);
  }

  /**
   * The judgement itself.
   *
   * @param proof proof of the namespace, or null where the agent may ask for nothing
   */
  static Verdict verdict(Claw claw, Privileges privileges, @Nullable Proof proof) {
    List<ConditionDraft> conditions = new ArrayList<>();
    conditions.add(privileges.condition());
    List<HasMetadata> rights = List.of();
    if (proof != null) {
      conditions.add(proof.condition());
      if (proof instanceof Proof.Proven && privileges.podAllowed()) {
        rights = AgentRights.of(claw);
      }
    }
    // The token does not come and go with the proof: without the Role it opens nothing, and each
    // change of it would replace the pod.
    return new Verdict(rights, conditions, privileges.podAllowed(), proof != null, null);
  }
}
