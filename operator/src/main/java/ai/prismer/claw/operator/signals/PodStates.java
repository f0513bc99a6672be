package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pods that are not where they should be and stay so: evicted and not replaced, not started, not
 * ready.
 *
 * <p>When that began is read from the pod itself wherever it says so, and then needs no memory of
 * ours. Where it does not say, or says so by a clock that is ahead of ours, it began with the first
 * look, and that is written down.
 */
final class PodStates {
  /** Reasons for which a container is not started that do not go away by waiting. */
  private static final Set<String> NOT_STARTED =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "InvalidImageName",
          "ErrImageNeverPull",
          "RegistryUnavailable",
          "ImageInspectError",
          "CreateContainerConfigError",
          "CreateContainerError");

  /** Reasons that a container gives while everything around it is being prepared. */
  private static final Set<String> PREPARING = Set.of("ContainerCreating", "PodInitializing");

  private PodStates() {}

  static Stream<Finding> of(Pod pod, SignalSettings settings, Instant now) {
    return Stream.of(
            evicted(pod, settings.evicted(), now).stream(),
            pending(pod, settings.podPending(), now).stream(),
            notReady(pod, settings.notReady(), now))
        .flatMap(found -> found);
  }

  private static Optional<Finding> evicted(Pod pod, Duration lasting, Instant now) {
    if (!PodReading.phase(pod).equals("Failed")
        || !"Evicted".equals(pod.getStatus().getReason())
        || isOurs(pod)) {
      return Optional.empty();
    }
    Optional<Instant> since =
        PodReading.condition(pod, "DisruptionTarget", "True").flatMap(PodReading::changed);
    return Optional.of(
        state(
            SignalType.EVICTED,
            Place.of(pod),
            "Evicted",
            since,
            lasting,
            now,
            Objects.requireNonNullElse(pod.getStatus().getMessage(), "")));
  }

  /** The API server marks pods that were evicted through it, which is how we replace one. */
  private static boolean isOurs(Pod pod) {
    return PodReading.condition(pod, "DisruptionTarget", "True")
        .filter(target -> "EvictionByEvictionAPI".equals(target.getReason()))
        .isPresent();
  }

  private static Optional<Finding> pending(Pod pod, Duration lasting, Instant now) {
    if (PodReading.isOver(pod)) {
      return Optional.empty();
    }
    Optional<PodCondition> homeless =
        PodReading.condition(pod, "PodScheduled", "False")
            .filter(condition -> "Unschedulable".equals(condition.getReason()));
    if (homeless.isPresent()) {
      return homeless.map(condition ->
          state(
              SignalType.POD_PENDING,
              Place.of(pod),
              "Unschedulable",
              PodReading.changed(condition),
              lasting,
              now,
              "Unschedulable: " + Objects.requireNonNullElse(condition.getMessage(), "")));
    }
    Optional<Finding> unstarted = unstarted(pod, lasting, now);
    return unstarted.isPresent() ? unstarted : unprepared(pod, lasting, now);
  }

  /** A container that cannot be started: its image does not come, or what it names is missing. */
  private static Optional<Finding> unstarted(Pod pod, Duration lasting, Instant now) {
    return PodReading.statuses(pod)
        .filter(container -> waitsFor(container, NOT_STARTED))
        .findFirst()
        .map(container -> {
          ContainerStateWaiting waiting = PodReading.waiting(container).orElseThrow();
          return state(
              SignalType.POD_PENDING,
              Place.of(pod),
              "Container",
              PodReading.lastEnd(container).flatMap(PodReading::finished).or(() -> scheduled(pod)),
              lasting,
              now,
              "container "
                  + container.getName()
                  + ": "
                  + waiting.getReason()
                  + (waiting.getMessage() == null ? "" : ": " + waiting.getMessage()));
        });
  }

  /**
   * A pod whose volumes or network do not come. While the sandbox stands, a container that is being
   * created only waits for its image, which may be large.
   */
  private static Optional<Finding> unprepared(Pod pod, Duration lasting, Instant now) {
    boolean preparing =
        PodReading.phase(pod).equals("Pending")
            && PodReading.condition(pod, "PodScheduled", "True").isPresent()
            && PodReading.condition(pod, "PodReadyToStartContainers", "True").isEmpty()
            && PodReading.statuses(pod).findAny().isPresent()
            && PodReading.statuses(pod).allMatch(container -> waitsFor(container, PREPARING));
    return preparing
        ? Optional.of(
            state(
                SignalType.POD_PENDING,
                Place.of(pod),
                "Preparation",
                scheduled(pod),
                lasting,
                now,
                "its volumes or its network are not ready"))
        : Optional.empty();
  }

  private static Optional<Instant> scheduled(Pod pod) {
    return PodReading.condition(pod, "PodScheduled", "True")
        .flatMap(PodReading::changed)
        .or(() -> PodReading.created(pod));
  }

  private static boolean waitsFor(ContainerStatus container, Set<String> reasons) {
    return PodReading.waiting(container)
        .filter(waiting -> waiting.getReason() != null && reasons.contains(waiting.getReason()))
        .isPresent();
  }

  private static Stream<Finding> notReady(Pod pod, Duration lasting, Instant now) {
    if (!PodReading.phase(pod).equals("Running")) {
      return Stream.empty();
    }
    List<ContainerStatus> failing =
        PodReading.statuses(pod).filter(container -> failsReadiness(pod, container)).toList();
    // The pod says since when not all are ready; that is about one of them only if it is alone.
    Optional<Instant> lost =
        failing.size() > 1
            ? Optional.empty()
            : PodReading.condition(pod, "ContainersReady", "False").flatMap(PodReading::changed);
    return failing.stream()
        .map(container ->
            state(
                SignalType.PROBE_FAILURE,
                Place.of(pod, container.getName()),
                "NotReady/" + container.getContainerID(),
                lost.map(
                    since -> later(since, PodReading.startedAt(container).orElse(Instant.MIN))),
                lasting,
                now,
                "it runs and is not ready"));
  }

  private static boolean failsReadiness(Pod pod, ContainerStatus container) {
    return PodReading.isRunning(container)
        && Boolean.FALSE.equals(container.getReady())
        && !Boolean.FALSE.equals(container.getStarted())
        && PodReading.container(pod, container.getName())
            .filter(spec -> spec.getReadinessProbe() != null)
            .isPresent();
  }

  private static Finding state(
      SignalType type,
      Place place,
      String cause,
      Optional<Instant> since,
      Duration lasting,
      Instant now,
      String detail) {
    boolean isKnown = since.isPresent() && since.get().isBefore(now);
    return new Finding.State(
        type,
        place,
        place.podUid() + "/" + cause,
        isKnown ? since.get() : now,
        lasting,
        isKnown,
        detail);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
