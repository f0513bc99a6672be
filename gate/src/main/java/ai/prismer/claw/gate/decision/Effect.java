package ai.prismer.claw.gate.decision;

/**
 * What exactly to do. The operator carries out an effect and never reads the intent's parameters
 * again, so that nothing but what the gate checked can happen.
 */
public sealed interface Effect {
  /**
   * Raise the runtime container's memory limit.
   *
   * @param fromBytes the limit that runs now
   * @param toBytes the new limit
   */
  record SetMemory(long fromBytes, long toBytes) implements Effect {}

  /**
   * Raise the runtime container's CPU limit.
   *
   * @param fromMillicores the limit that runs now
   * @param toMillicores the new limit
   */
  record SetCpu(long fromMillicores, long toMillicores) implements Effect {}

  /**
   * Replace one pod.
   *
   * @param pod its name
   * @param uid its UID, a precondition of the deletion: its successor of the same name is healthy
   */
  record RestartPod(String pod, String uid) implements Effect {}

  /** Replace all pods, one after the other. */
  record RolloutRestart() implements Effect {}

  /**
   * Run exactly this many pods.
   *
   * @param from how many are asked for now
   * @param to how many are wanted
   */
  record SetReplicas(int from, int to) implements Effect {}
}
