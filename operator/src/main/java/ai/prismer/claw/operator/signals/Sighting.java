package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.operator.bus.ChannelReports;
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
 * @param channels what their buses say of their channels
 * @param findings what is wrong with them
 */
record Sighting(List<Pod> pods, Loads loads, ChannelReports channels, List<Finding> findings) {

  static Sighting of(
      List<Pod> pods, Loads loads, ChannelReports channels, SignalSettings settings, Instant now) {
    List<Finding> findings =
        pods.stream()
            .flatMap(pod ->
                Stream.of(
                        ContainerEnds.of(pod, settings, now),
                        PodStates.of(pod, settings, now),
                        saturations(pod, loads, settings),
                        disconnections(pod, channels, settings))
                    .flatMap(found -> found))
            .filter(finding -> finding.key().length() <= Ledger.MAX_KEY)
            .toList();
    return new Sighting(pods, loads, channels, findings);
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

  private static Stream<Finding> disconnections(
      Pod pod, ChannelReports channels, SignalSettings settings) {
    return channels.of(pod.getMetadata().getUid()).entrySet().stream()
        .filter(report -> report.getValue().awaySince() != null)
        .map(report -> {
          Place place = Place.of(pod, Keys.CHANNEL_CONTAINER_PREFIX + report.getKey());
          // A bus says that a channel is away, not since when: the beginning is written down.
          return new Finding.State(
              SignalType.CHANNEL_DISCONNECT,
              place,
              place.podUid() + "/Disconnected",
              report.getValue().awaySince(),
              settings.channelDisconnect(),
              false,
              "the bus has no connection from channel " + report.getKey());
        });
  }

  /** Whether the pod is there, so that what it does not show any more is over. */
  boolean shows(SignalRecord signal) {
    return pods.stream().anyMatch(pod -> pod.getMetadata().getUid().equals(signal.podUid()));
  }

  /** Whether nobody can say at this moment whether it goes on. */
  boolean isUnclear(SignalRecord signal) {
    SignalType type = SignalType.of(signal.type()).orElse(null);
    if (!shows(signal) || type == null) {
      return false;
    }
    return switch (type) {
      case HIGH_MEMORY, HIGH_CPU -> !loads.knows(type, Place.of(signal));
      case CHANNEL_DISCONNECT -> !isReported(Place.of(signal));
      case OOM_KILLED, CRASH_LOOP, EVICTED, POD_PENDING, PROBE_FAILURE -> false;
    };
  }

  private boolean isReported(Place place) {
    return place.container() != null
        && channels
            .of(place.podUid(), place.container().substring(Keys.CHANNEL_CONTAINER_PREFIX.length()))
            .isPresent();
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
