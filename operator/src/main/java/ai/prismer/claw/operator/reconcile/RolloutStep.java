package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.operator.apply.StaleObservation;
import ai.prismer.claw.operator.rollout.PodReplacement;
import ai.prismer.claw.operator.rollout.PodState;
import ai.prismer.claw.operator.rollout.Rollout;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces at most one pod that is not as wanted. */
final class RolloutStep {

  private static final Logger LOGGER = LoggerFactory.getLogger(RolloutStep.class);

  /** Budgets of others are not watched. */
  private static final Duration BLOCKED = Duration.ofSeconds(30);

  private final PodReplacement replacement;

  RolloutStep(PodReplacement replacement) {
    this.replacement = replacement;
  }

  void run(Reconciliation reconciliation) {
    StatefulSet statefulSet = reconciliation.statefulSet;
    if (statefulSet == null) {
      return;
    }
    Optional<PodState> next = Rollout.next(statefulSet, reconciliation.states);
    if (next.isEmpty()) {
      return;
    }
    String pod = next.get().pod().getMetadata().getName();
    switch (replacement.replace(reconciliation.claw, next.get().pod())) {
      case PodReplacement.Outcome.Removed removed -> {
        LOGGER.info("pod {} is replaced: it is of an older revision", pod);
        reconciliation.replacing = true;
      }
      case PodReplacement.Outcome.Gone gone ->
          throw new StaleObservation("pod " + pod + " changed while it was to be replaced");
      case PodReplacement.Outcome.Blocked blocked -> {
        reconciliation.fail(new Failure("rollout", "RolloutBlocked", blocked.message(), false));
        reconciliation.lookAgainAfter(BLOCKED);
      }
    }
  }
}
