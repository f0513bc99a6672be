package ai.prismer.claw.operator.rollout;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which pod is replaced next.
 *
 * <p>The StatefulSet is {@code OnDelete}: Kubernetes makes pods but never replaces one, so that
 * this operator knows what it did and can verify it, and so that an ordered rollout can never wait
 * for ever behind a pod that will not start. Whether a pod is current is judged by this operator's
 * own hash on the pod, because {@code status.currentRevision} never advances under {@code
 * OnDelete}.
 */
public final class Rollout {

  private Rollout() {}

  /**
   * The pod to replace now, if one is to be.
   *
   * <p>None while the StatefulSet controller has not seen the newest template: it would make the
   * new pod from the old one. A pod that is not ready is replaced without waiting for others, since
   * nothing is lost; a ready one only while every other pod is there, is ready and stays: one that
   * was removed is gone for a moment before it is made anew.
   *
   * @param statefulSet the StatefulSet as applied
   * @param pods all its pods
   */
  public static Optional<PodState> next(StatefulSet statefulSet, List<PodState> pods) {
    if (!isObserved(statefulSet)) {
      return Optional.empty();
    }
    List<PodState> outdated =
        pods.stream().filter(state -> !state.current() && !state.leaving()).toList();
    Optional<PodState> broken = outdated.stream().filter(state -> !state.ready()).findFirst();
    if (broken.isPresent()) {
      return broken;
    }
    if (pods.size() < Objects.requireNonNullElse(statefulSet.getSpec().getReplicas(), 1)) {
      return Optional.empty();
    }
    return outdated.stream()
        .filter(candidate -> pods.stream().allMatch(pod -> pod.equals(candidate) || pod.ready()))
        .findFirst();
  }

  private static boolean isObserved(StatefulSet statefulSet) {
    Long generation = statefulSet.getMetadata().getGeneration();
    Long observed =
        statefulSet.getStatus() == null ? null : statefulSet.getStatus().getObservedGeneration();
    return generation != null && observed != null && observed >= generation;
  }
}
