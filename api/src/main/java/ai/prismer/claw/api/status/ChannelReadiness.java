package ai.prismer.claw.api.status;

/** How a channel of a Claw stands. */
public enum ChannelReadiness {
  /** Its sidecar is ready; a built-in one is then connected to the bus. */
  Ready,

  /** Its sidecar is not ready, or no pod runs. */
  NotReady,

  /** Its sidecar runs, and the bus has had no connection from it at two looks in a row. */
  Disconnected,

  /** It is left out of the pod, or cannot go into it yet. */
  Unusable
}
