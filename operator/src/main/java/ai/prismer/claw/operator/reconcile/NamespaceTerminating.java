package ai.prismer.claw.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * The namespace is being deleted, and the Claw with it in a moment: nothing can be made there any
 * more, and nothing needs to be. No failure, no event, no retry; the deletion of the Claw will be
 * seen as every deletion.
 */
final class NamespaceTerminating extends RuntimeException {

  private static final String CAUSE = "NamespaceTerminating";

  NamespaceTerminating(KubernetesClientException refused) {
    super(refused);
  }

  /** Whether the server refused for this reason. */
  static boolean isWhy(KubernetesClientException refused) {
    return refused.getStatus() != null
        && refused.getStatus().getDetails() != null
        && refused.getStatus().getDetails().getCauses() != null
        && refused.getStatus().getDetails().getCauses().stream()
            .anyMatch(cause -> CAUSE.equals(cause.getReason()));
  }
}
