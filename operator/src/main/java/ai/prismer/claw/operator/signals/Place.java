package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.status.SignalRecord;
import io.fabric8.kubernetes.api.model.Pod;
import org.jspecify.annotations.Nullable;

/**
 * Where something is wrong.
 *
 * @param pod name of the pod
 * @param podUid its UID
 * @param container one of its containers; null for the pod as a whole
 */
record Place(String pod, String podUid, @Nullable String container) {
  static Place of(Pod pod) {
    return new Place(pod.getMetadata().getName(), pod.getMetadata().getUid(), null);
  }

  static Place of(Pod pod, String container) {
    return new Place(pod.getMetadata().getName(), pod.getMetadata().getUid(), container);
  }

  static Place of(SignalRecord signal) {
    return new Place(signal.pod(), signal.podUid(), signal.container());
  }
}
