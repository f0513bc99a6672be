package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.SignalSettings;
import ai.prismer.claw.gate.rule.SignalSettings.Saturation;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.operator.signals.Loads.Load;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes of measurements a statement about each container and limit: above the threshold since then,
 * not above, or not known.
 *
 * <p>One measurement above says nothing: it takes two in a row, so that a peak costs no write. A
 * single one below ends it. A measurement that was seen before, or that began before the container
 * did (it tells about a predecessor), is none. Whoever has not been measured for a while is not
 * known.
 *
 * <p>What is kept here may be lost with the process: the {@link Ledger} writes down when something
 * began. Immutable.
 *
 * @param tracks what has been measured, by container and limit
 */
record Meter(Map<Key, Track> tracks) {
  static final Meter NEW = new Meter(Map.of());

  /** Whose limit it is. */
  record Key(String podUid, String container, SignalType type) {}

  /**
   * The course of one measured value.
   *
   * @param limit the limit that it was measured against
   * @param sampledAt when the last measurement was taken, by its own clock
   * @param seenAt when that one was seen first, by ours
   * @param above how many of the last measurements in a row were above the threshold
   * @param aboveSince when the first of those was taken, or seen if that is earlier
   * @param known whether two in a row, or one below, have been seen
   */
  record Track(
      long limit,
      Instant sampledAt,
      Instant seenAt,
      int above,
      @Nullable Instant aboveSince,
      boolean known) {

    boolean isAbove() {
      return above >= 2;
    }
  }

  Meter {
    tracks = Map.copyOf(tracks);
  }

  /**
   * The next state.
   *
   * @param measured each pod that was measured, with what was measured of it
   * @param settings where the thresholds are
   * @param now the time
   * @param patience for how long an old measurement speaks
   */
  Meter next(List<Measured> measured, SignalSettings settings, Instant now, Duration patience) {
    Map<Key, Track> next = new HashMap<>();
    tracks.forEach((key, track) -> {
      if (track.seenAt().plus(patience).isAfter(now)) {
        next.put(key, track);
      }
    });
    for (Measured one : measured) {
      if (one.isOfThisContainer()) {
        note(next, one, SignalType.HIGH_MEMORY, settings.highMemory(), now);
        note(next, one, SignalType.HIGH_CPU, settings.highCpu(), now);
      }
    }
    return new Meter(next);
  }

  private static void note(
      Map<Key, Track> next, Measured one, SignalType type, Saturation saturation, Instant now) {
    OptionalLong limit = one.limit(type);
    OptionalLong used = one.used(type);
    Key key = new Key(one.pod().getMetadata().getUid(), one.sample().container(), type);
    if (limit.isEmpty() || used.isEmpty()) {
      next.remove(key);
      return;
    }
    Track before = next.get(key);
    if (before != null && before.limit() != limit.getAsLong()) {
      before = null;
    }
    if (before != null && !one.sample().at().isAfter(before.sampledAt())) {
      return;
    }
    boolean above = saturation.isAbove(used.getAsLong(), limit.getAsLong());
    next.put(key, track(before, limit.getAsLong(), above, one.sample().at(), now));
  }

  private static Track track(
      @Nullable Track before, long limit, boolean above, Instant sampledAt, Instant now) {
    if (!above) {
      return new Track(limit, sampledAt, now, 0, null, true);
    }
    Instant first = sampledAt.isBefore(now) ? sampledAt : now;
    if (before == null || before.above() == 0) {
      return new Track(limit, sampledAt, now, 1, first, before != null);
    }
    return new Track(limit, sampledAt, now, before.above() + 1, before.aboveSince(), true);
  }

  /** What is known now. */
  Loads loads() {
    Map<String, List<Load>> loads = new HashMap<>();
    tracks.forEach((key, track) -> {
      if (track.known()) {
        loads
            .computeIfAbsent(key.podUid(), uid -> new ArrayList<>())
            .add(
                new Load(
                    key.type(),
                    key.container(),
                    track.limit(),
                    track.isAbove() ? track.aboveSince() : null));
      }
    });
    loads.replaceAll((uid, of) -> of.stream().sorted(Loads.IN_ORDER).toList());
    return new Loads(loads);
  }

  /**
   * A measurement and the pod it is about.
   *
   * @param pod as the API server has it
   * @param sample what was measured
   */
  record Measured(Pod pod, Sample sample) {

    /** Whether the container that runs now was measured, all the time. */
    boolean isOfThisContainer() {
      return status()
          .flatMap(PodReading::startedAt)
          .filter(started -> !sample.from().isBefore(started))
          .isPresent();
    }

    private Optional<ContainerStatus> status() {
      return PodReading.statuses(pod)
          .filter(status -> status.getName().equals(sample.container()))
          .findFirst();
    }

    OptionalLong used(SignalType type) {
      return type == SignalType.HIGH_MEMORY ? sample.memoryBytes() : sample.cpuMillicores();
    }

    /** The lower of what is asked for and what the kubelet says it has set. */
    OptionalLong limit(SignalType type) {
      return Stream.of(
              PodReading.container(pod, sample.container()).map(spec -> spec.getResources()),
              status().map(status -> status.getResources()))
          .flatMap(Optional::stream)
          .map(resources -> amount(resources, type))
          .flatMapToLong(OptionalLong::stream)
          .min();
    }

    private static OptionalLong amount(ResourceRequirements resources, SignalType type) {
      boolean memory = type == SignalType.HIGH_MEMORY;
      Quantity limit =
          resources.getLimits() == null
              ? null
              : resources.getLimits().get(memory ? "memory" : "cpu");
      if (limit == null) {
        return OptionalLong.empty();
      }
      BigDecimal amount = limit.getNumericalAmount().movePointRight(memory ? 0 : 3);
      // A limit of 0 is none: that is how the kubelet reads it.
      return amount.signum() > 0 ? OptionalLong.of(amount.longValue()) : OptionalLong.empty();
    }
  }
}
