package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.ClawSpec;
import ai.prismer.claw.api.spec.Ops;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.gate.decision.Author;
import ai.prismer.claw.gate.decision.AuthorClass;
import ai.prismer.claw.gate.decision.ClawIdentity;
import ai.prismer.claw.gate.decision.Docket;
import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.operator.model.EffectiveResources;
import ai.prismer.claw.operator.model.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is seen, in the words of the gate. */
final class Observation {
  /** Actions that this operator carries out: all there are. */
  private static final Set<Action> EXECUTABLE = Set.of(Action.values());

  private Observation() {}

  /** The Claw as receipts name it. */
  static ClawIdentity identity(Sight sight) {
    var metadata = sight.claw().getMetadata();
    return new ClawIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid());
  }

  /**
   * The world as the gate judges it.
   *
   * @param sight what is seen
   * @param ceilings what bounds a raise from outside
   * @param named the escalation that the intent names, as the API server has it now
   */
  static Observed observed(Sight sight, Ceilings ceilings, @Nullable ClawOpsEscalation named) {
    InFlight flight = sight.inFlight();
    ResourceRequirements desired = EffectiveResources.of(sight.claw());
    return new Observed(
        identity(sight),
        sight.now(),
        sight.mark(),
        life(sight),
        flight == null ? null : Action.of(flight.action()).orElse(null),
        new Limits(largest(sight.pods(), Pods::memoryLimit), largest(sight.pods(), Pods::cpuLimit)),
        new Limits(Pods.memory(desired), Pods.cpu(desired)),
        sight.pods().stream()
            .filter(pod -> !Pods.isGoing(pod))
            .map(pod -> new Observed.Pod(Pods.name(pod), Pods.uid(pod), failing(pod, sight)))
            .toList(),
        sight.replicas(),
        Defaulting.isSingleWriter(sight.claw().getSpec()),
        ceilings.largestNode(),
        ceilings.namespace(),
        sight.outbreak(),
        Restraint.brakes(sight.ops(), sight.now()),
        docket(sight, named),
        null);
  }

  /** The escalation that the intent in the annotation names, if it names one. */
  static @Nullable String named(Sight sight) {
    String intent = sight.annotation(Keys.INTENT);
    return intent != null && IntentParser.parse(intent) instanceof Parsed.Valid valid
        ? valid.intent().escalationRef()
        : null;
  }

  private static Docket docket(Sight sight, @Nullable ClawOpsEscalation named) {
    Held held = sight.ops().held();
    return new Docket(
        "system:serviceaccount:"
            + sight.claw().getMetadata().getNamespace()
            + ":"
            + Names.serviceAccount(sight.claw()),
        held == null ? null : held.escalation(),
        named == null ? null : Escalations.asCase(named));
  }

  /** What the owner of the Claw and this operator allow. */
  static Policy policy(Sight sight) {
    ClawSpec spec = sight.claw().getSpec();
    return new Policy(
        switch (Defaulting.agentIntents(spec)) {
          case Deny -> Policy.AgentIntents.DENY;
          case Approve -> sight.confined() ? Policy.AgentIntents.APPROVE : Policy.AgentIntents.DENY;
          case Auto -> sight.confined() ? Policy.AgentIntents.AUTO : Policy.AgentIntents.DENY;
        },
        switch (Defaulting.opsMode(spec)) {
          case Enforce -> Policy.Mode.ENFORCE;
          case Observe -> Policy.Mode.OBSERVE;
        },
        max(spec.ops()),
        Defaulting.maxReplicas(spec),
        Defaulting.budgetPerHour(spec),
        EXECUTABLE,
        Policy.AGENT_LEAD,
        Policy.LEAD);
  }

  private static Limits max(@Nullable Ops ops) {
    return ops == null
        ? Limits.NONE
        : new Limits(
            ops.maxMemory() == null
                ? OptionalLong.empty()
                : OptionalLong.of(Quantity.storedBytes(ops.maxMemory().toString())),
            ops.maxCpu() == null
                ? OptionalLong.empty()
                : OptionalLong.of(Quantity.storedMillicores(ops.maxCpu().toString())));
  }

  /**
   * The author that the annotations name, as far as they can be believed: while confinement is not
   * proven anybody who may patch the Claw could have written them.
   */
  static Author author(Sight sight, String operator) {
    Author claimed = claimed(sight);
    boolean possible =
        switch (claimed.authorClass()) {
          case NONE -> false;
          case OPERATOR -> claimed.name().equals(operator);
          case MANAGER, LLM -> true;
        };
    return possible && sight.confined() ? claimed : new Author(AuthorClass.NONE, "");
  }

  /** The author that the annotations name, believed or not. */
  static Author claimed(Sight sight) {
    return Author.of(sight.annotation(Keys.INTENT_CLASS), sight.annotation(Keys.INTENT_BY));
  }

  private static Observed.Life life(Sight sight) {
    if (sight.claw().getMetadata().getDeletionTimestamp() != null) {
      return Observed.Life.DELETING;
    }
    if (sight.paused()) {
      return Observed.Life.PAUSED;
    }
    return sight.suspended() ? Observed.Life.SUSPENDED : Observed.Life.ACTIVE;
  }

  private static boolean failing(Pod pod, Sight sight) {
    return !Pods.isReady(pod)
        || sight.outlook().next().open().stream()
            .anyMatch(signal -> signal.podUid().equals(Pods.uid(pod)));
  }

  private static OptionalLong largest(List<Pod> pods, Function<Pod, OptionalLong> limit) {
    return pods.stream().map(limit).flatMapToLong(OptionalLong::stream).max();
  }
}
