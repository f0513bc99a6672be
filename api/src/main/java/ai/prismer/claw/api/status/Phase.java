package ai.prismer.claw.api.status;

/** Where a Claw stands, in one word; the conditions say why. */
public enum Phase {
  /** Seen, but something it needs is missing, so no pod is made. */
  Pending,
  /** Children exist; the pod has not been ready yet. */
  Provisioning,
  /** The pod is ready at the wanted revision. */
  Running,
  /** Was running; the pod is not ready now. */
  Degraded,
  /** A pod is being replaced to reach the wanted revision. */
  Updating,
  /** The spec cannot be carried out as it stands. */
  Failed,
  /** Scaled to zero on request. */
  Suspended,
  /** Being deleted. */
  Terminating
}
