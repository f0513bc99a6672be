package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.operator.apply.StaleObservation;
import ai.prismer.claw.operator.rollout.Growth;
import ai.prismer.claw.operator.rollout.PodReplacement;
import ai.prismer.claw.operator.rollout.PodResize;
import ai.prismer.claw.operator.rollout.PodState;
import ai.prismer.claw.operator.rollout.Rollout;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings at most one pod to what is wanted: gives it more where it stands, or else replaces it. One
 * that the kubelet has not been able to give more for {@link #REFUSED} is replaced as well.
 */
final class RolloutStep {

  private static final Logger LOGGER = LoggerFactory.getLogger(RolloutStep.class);

  /** Budgets of others are not watched. */
  private static final Duration BLOCKED = Duration.ofSeconds(30);

  /** A node may have room in a moment; what it lacks for a minute is sought elsewhere. */
  private static final Duration REFUSED = Duration.ofSeconds(60);

  private final PodReplacement replacement;
  private final PodResize resize;
  private final Clock clock;

  RolloutStep(PodReplacement replacement, PodResize resize, Clock clock) {
    this.replacement = replacement;
    this.resize = resize;
    this.clock = clock;
  }

  void run(Reconciliation reconciliation) {
    StatefulSet statefulSet = reconciliation.statefulSet;
    if (statefulSet == null) {
      return;
    }
    Optional<PodState> next = Rollout.next(statefulSet, reconciliation.states);
    if (next.isEmpty()) {
      refused(reconciliation);
      return;
    }
    Pod pod = next.get().pod();
    Optional<ResourceRequirements> more = Growth.of(pod, statefulSet.getSpec().getTemplate());
    if (more.isPresent() && resize.resize(pod, more.get())) {
      LOGGER.info("pod {} is resized where it stands", pod.getMetadata().getName());
      return;
    }
    replace(reconciliation, pod, "it is of an older revision");
  }

  /** A pod that is as wanted, on paper. */
  private void refused(Reconciliation reconciliation) {
    for (PodState state : reconciliation.states) {
      Optional<Instant> since =
          state.leaving() ? Optional.empty() : Growth.refusedSince(state.pod());
      if (since.isPresent()) {
        Duration left = Duration.between(clock.instant(), since.get().plus(REFUSED));
        if (left.isPositive()) {
          reconciliation.lookAgainAfter(left);
        } else {
          replace(reconciliation, state.pod(), "its node cannot give it more");
          return;
        }
      }
    }
  }

  private void replace(Reconciliation reconciliation, Pod pod, String reason) {
    String name = pod.getMetadata().getName();
    switch (replacement.replace(reconciliation.claw, pod)) {
      case PodReplacement.Outcome.Removed removed -> {
        LOGGER.info("pod {} is replaced: {}", name, reason);
        reconciliation.replacing = true;
      }
      case PodReplacement.Outcome.Gone gone ->
          throw new StaleObservation("pod " + name + " changed while it was to be replaced");
      case PodReplacement.Outcome.Blocked blocked -> {
        reconciliation.fail(new Failure("rollout", "RolloutBlocked", blocked.message(), false));
        reconciliation.lookAgainAfter(BLOCKED);
      }
    }
  }
}
