package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.operator.bus.ChannelReports;
import ai.prismer.claw.operator.signals.Ledger;
import ai.prismer.claw.operator.signals.Loads;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the next step of healing one Claw is decided on.
 *
 * @param claw the Claw
 * @param statefulSet its StatefulSet, if there is one that belongs to it
 * @param pods its own pods, by name and owner UIDs, with ordinals the StatefulSet asks for
 * @param now the time
 * @param book the rules in force
 * @param loads what was measured of the pods
 * @param channels what their buses say of their channels
 * @param confinement whether confinement of agents is proven where the Claw lies; asked only where
 *     the answer matters, for the first answer in a namespace takes a while
 * @param outbreaks the outbreak that the Claw lies in, if there is one; asked only where it matters
 */
record Sight(
    Claw claw,
    @Nullable StatefulSet statefulSet,
    List<Pod> pods,
    Instant now,
    RuleBook book,
    Loads loads,
    ChannelReports channels,
    BooleanSupplier confinement,
    Supplier<Optional<Outbreak>> outbreaks) {

  Sight {
    pods = List.copyOf(pods);
  }

  Sight with(Claw next) {
    return new Sight(next, statefulSet, pods, now, book, loads, channels, confinement, outbreaks);
  }

  boolean confined() {
    return confinement.getAsBoolean();
  }

  @Nullable Outbreak outbreak() {
    return outbreaks.get().orElse(null);
  }

  OpsStatus ops() {
    return OpsEdit.present(claw);
  }

  @Nullable InFlight inFlight() {
    return ops().inFlight();
  }

  /** What has been seen of the pods, as it is stored. */
  Ledger ledger() {
    return Ledger.of(ops());
  }

  /** What has been seen of the pods, this look included. */
  Ledger.Outlook outlook() {
    return ledger().look(staying(), loads, channels, book, now);
  }

  /** The pods that are not being deleted. */
  List<Pod> staying() {
    return pods.stream().filter(pod -> !Pods.isGoing(pod)).toList();
  }

  List<SignalRecord> signals() {
    return ledger().signals();
  }

  /** The generation mark; 0 for none. */
  long mark() {
    Long mark = ops().lastIntentGeneration();
    return mark == null ? 0 : mark;
  }

  boolean paused() {
    return "true".equals(annotation(Keys.PAUSED));
  }

  boolean suspended() {
    return Defaulting.suspended(claw.getSpec());
  }

  @Nullable String annotation(String key) {
    return claw.getMetadata().getAnnotations() == null
        ? null
        : claw.getMetadata().getAnnotations().get(key);
  }

  /** How many pods the StatefulSet asks for. */
  int replicas() {
    return replicas(statefulSet);
  }

  static int replicas(@Nullable StatefulSet statefulSet) {
    if (statefulSet == null || statefulSet.getSpec() == null) {
      return 0;
    }
    Integer replicas = statefulSet.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }
}
