package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Phase;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a Claw go. It looks at nothing but the metadata: a Claw that cannot be understood can still
 * be deleted, and nothing that may fail stands before the removal of the finalizer. The children go
 * by their owner references.
 */
final class Farewell {

  private static final Logger LOGGER = LoggerFactory.getLogger(Farewell.class);

  private final ClawWriter writer;

  Farewell(ClawWriter writer) {
    this.writer = writer;
  }

  Result say(Claw claw) {
    if (!claw.getMetadata().getFinalizers().contains(Keys.FINALIZER)) {
      return Result.NOTHING_TO_DO;
    }
    writer.removeFinalizer(awaitsOthers(claw) ? terminating(claw) : claw);
    return Result.NOTHING_TO_DO;
  }

  /** Somebody else's finalizer, or a foreground deletion, keeps it visible for a while. */
  private static boolean awaitsOthers(Claw claw) {
    return claw.getMetadata().getFinalizers().size() > 1;
  }

  private Claw terminating(Claw claw) {
    if (claw.getStatus() != null && claw.getStatus().phase() == Phase.Terminating) {
      return claw;
    }
    try {
      return writer.phase(claw, Phase.Terminating).orElse(claw);
    } catch (KubernetesClientException refused) {
      LOGGER.warn("phase Terminating was not written: {}", refused.getMessage());
      return claw;
    }
  }
}
