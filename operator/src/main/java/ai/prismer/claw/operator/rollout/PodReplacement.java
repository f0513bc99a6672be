package ai.prismer.claw.operator.rollout;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.Pod;

/** Removes one pod so that its StatefulSet makes it anew. */
@FunctionalInterface
public interface PodReplacement {

  /**
   * Removes the pod through eviction, with its UID as precondition; where only the Claw's own
   * PodDisruptionBudget refuses, by deletion with UID and resourceVersion as preconditions. Calling
   * it twice for one pod removes one pod.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException for any other failure
   */
  Outcome replace(Claw claw, Pod pod);

  /** How it ended. */
  sealed interface Outcome {

    /** The API server took the removal. */
    record Removed() implements Outcome {}

    /** This pod, by UID, was gone already. */
    record Gone() implements Outcome {}

    /**
     * A budget that is not the Claw's own refuses.
     *
     * @param message which one and what a person can do
     */
    record Blocked(String message) implements Outcome {}
  }
}
