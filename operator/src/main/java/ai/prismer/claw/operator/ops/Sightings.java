package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.Signal;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen to be wrong with pods at one moment. Pure.
 *
 * <p>Two kinds. An <em>edge</em> happened: a container was killed, or crashed; its status shows the
 * same end at every look, and its key says which one it is. A <em>level</em> lasts: a pod stands
 * evicted, usage is high; its key is the pod.
 *
 * <p>Only what some rule can count is seen: a kill in a container that no rule names would fill the
 * status and move nothing.
 */
final class Sightings {
  /** Reason that the kubelet gives a container which the kernel killed for want of memory. */
  private static final String OOM_KILLED = "OOMKilled";

  private static final String CRASH_LOOP = "CrashLoopBackOff";
  private static final String EVICTED = "Evicted";
  private static final int MAX_KEY = 256;

  private Sightings() {}

  /**
   * What these pods show.
   *
   * @param pods proven to be the Claw's own
   * @param rules whose signals matter
   * @param usage what they use
   * @param now when that is seen
   */
  static List<SignalRecord> of(List<Pod> pods, List<Rule> rules, Usage usage, Instant now) {
    List<SignalRecord> seen = new ArrayList<>();
    for (Pod pod : pods) {
      levels(pod, usage)
          .filter(type -> isCounted(type, Keys.RUNTIME_CONTAINER, rules))
          .map(type -> level(type, pod, now))
          .forEach(seen::add);
      for (ContainerStatus container : statuses(pod)) {
        edges(container, now)
            .filter(signal -> isCounted(signal.type(), container.getName(), rules))
            .filter(signal -> signal.key().length() <= MAX_KEY)
            .map(signal ->
                new SignalRecord(
                    signal.type().id(), signal.container(), signal.key(), signal.at().toString()))
            .forEach(seen::add);
      }
    }
    return seen;
  }

  private static Stream<SignalType> levels(Pod pod, Usage usage) {
    Stream<SignalType> high = usage.above(pod).stream().sorted();
    return pod.getStatus() != null && EVICTED.equals(pod.getStatus().getReason())
        ? Stream.concat(Stream.of(SignalType.EVICTED), high)
        : high;
  }

  private static SignalRecord level(SignalType type, Pod pod, Instant now) {
    return new SignalRecord(
        type.id(), Keys.RUNTIME_CONTAINER, type.id() + "@" + Pods.uid(pod), now.toString());
  }

  private static Stream<Signal> edges(ContainerStatus container, Instant now) {
    Stream<Signal> kills =
        Stream.of(container.getLastState(), container.getState())
            .filter(state -> state != null && state.getTerminated() != null)
            .map(state -> state.getTerminated())
            // Exit code 137 alone is any SIGKILL; only the reason is the kernel's verdict.
            .filter(end -> OOM_KILLED.equals(end.getReason()))
            .flatMap(end -> ended(SignalType.OOM_KILLED, container, end, now));
    ContainerStateTerminated last =
        container.getLastState() == null ? null : container.getLastState().getTerminated();
    return isCrashLooping(container) && last != null && !OOM_KILLED.equals(last.getReason())
        ? Stream.concat(kills, ended(SignalType.CRASH_LOOP, container, last, now))
        : kills;
  }

  private static boolean isCrashLooping(ContainerStatus container) {
    return container.getState() != null
        && container.getState().getWaiting() != null
        && CRASH_LOOP.equals(container.getState().getWaiting().getReason());
  }

  private static Stream<Signal> ended(
      SignalType type, ContainerStatus container, ContainerStateTerminated end, Instant now) {
    Instant finished = instant(end.getFinishedAt());
    return end.getContainerID() == null || finished == null
        ? Stream.empty()
        : Stream.of(Signal.ended(type, container.getName(), end.getContainerID(), finished, now));
  }

  private static @Nullable Instant instant(@Nullable String time) {
    try {
      return time == null ? null : Instant.parse(time);
    } catch (DateTimeParseException noTime) {
      return null;
    }
  }

  private static boolean isCounted(SignalType type, String container, List<Rule> rules) {
    return rules.stream()
        .anyMatch(rule -> rule.signal() == type && rule.container().equals(container));
  }

  private static List<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
        ? List.of()
        : pod.getStatus().getContainerStatuses();
  }
}
