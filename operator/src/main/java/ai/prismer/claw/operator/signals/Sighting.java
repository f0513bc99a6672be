package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * One look at the pods of a Claw.
 *
 * @param pods the Claw's own pods, by name and owner UIDs, that stay
 * @param loads what was measured
 * @param findings what is wrong with them
 */
record Sighting(List<Pod> pods, Loads loads, List<Finding> findings) {

  static Sighting of(List<Pod> pods, Loads loads, SignalSettings settings, Instant now) {
    List<Finding> findings =
        pods.stream()
            .flatMap(pod ->
                Stream.of(
                        ContainerEnds.of(pod, settings, now),
                        PodStates.of(pod, settings, now),
                        saturations(pod, loads, settings))
                    .flatMap(found -> found))
            .filter(finding -> finding.key().length() <= Ledger.MAX_KEY)
            .toList();
    return new Sighting(pods, loads, findings);
  }

  private static Stream<Finding> saturations(Pod pod, Loads loads, SignalSettings settings) {
    return loads.of(pod.getMetadata().getUid()).stream()
        .filter(load -> load.aboveSince() != null)
        .map(load -> {
          Place place = Place.of(pod, load.container());
          SignalSettings.Saturation saturation =
              load.type() == SignalType.HIGH_MEMORY ? settings.highMemory() : settings.highCpu();
          // Measurements are remembered nowhere else, so the beginning has to be written down.
          return new Finding.State(
              load.type(),
              place,
              place.podUid() + "/" + load.limit(),
              load.aboveSince(),
              saturation.lasting(),
              false,
              "above " + saturation.above().movePointRight(2).toPlainString() + " % of its limit");
        });
  }

  /** Whether the pod is there, so that what it does not show any more is over. */
  boolean shows(SignalRecord signal) {
    return pods.stream().anyMatch(pod -> pod.getMetadata().getUid().equals(signal.podUid()));
  }

  /** Whether nobody can say at this moment whether it goes on. */
  boolean isUnclear(SignalRecord signal) {
    SignalType type = SignalType.of(signal.type()).orElse(null);
    return shows(signal)
        && (type == SignalType.HIGH_MEMORY || type == SignalType.HIGH_CPU)
        && !loads.knows(type, Place.of(signal));
  }

  /** Whether the container that it happened to runs well again. */
  boolean hasRecovered(SignalRecord signal) {
    return pods.stream()
        .filter(pod -> pod.getMetadata().getUid().equals(signal.podUid()))
        .flatMap(PodReading::statuses)
        .filter(container -> container.getName().equals(signal.container()))
        .anyMatch(container -> isWell(container) && !signal.key().startsWith(idOf(container)));
  }

  private static boolean isWell(ContainerStatus container) {
    return PodReading.isRunning(container) && Boolean.TRUE.equals(container.getReady());
  }

  private static String idOf(ContainerStatus container) {
    return container.getContainerID() == null ? "" : container.getContainerID() + "@";
  }
}
