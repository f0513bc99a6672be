package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.Signal;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is wrong with pods, as edges: a container that was killed shows the same terminated state at
 * every look, and counts once.
 *
 * <p>Only what some rule can count is kept: a kill in a container that no rule names would fill the
 * status and move nothing. What lies further back than the longest window is neither kept nor taken
 * in again, so that a kill that is forgotten while the pod still shows it does not become news.
 */
final class Signals {
  /** Reason that the kubelet gives a container which the kernel killed for want of memory. */
  private static final String OOM_KILLED = "OOMKilled";

  /** More edges than any rule counts; a bound on the size of the status. */
  private static final int MAX_KEPT = 32;

  private static final int MAX_KEY = 256;

  private Signals() {}

  /**
   * The kills that the statuses of these pods show, in containers that a rule counts.
   *
   * @param pods proven to be the Claw's own
   * @param now when that is seen
   */
  static List<SignalRecord> visible(List<Pod> pods, List<Rule> rules, Instant now) {
    List<SignalRecord> seen = new ArrayList<>();
    for (Pod pod : pods) {
      for (ContainerStatus container : statuses(pod)) {
        if (isCounted(container.getName(), rules)) {
          terminations(container)
              .flatMap(terminated -> edge(container.getName(), terminated, now))
              .forEach(seen::add);
        }
      }
    }
    return seen;
  }

  /** Those of the visible ones that are news: not kept already and not too old to count. */
  static List<SignalRecord> fresh(
      List<SignalRecord> kept, List<SignalRecord> visible, List<Rule> rules, Instant now) {
    Set<String> known = keys(kept);
    Instant oldest = now.minus(longestWindow(rules));
    return visible.stream()
        .filter(signal -> Instant.parse(signal.at()).isAfter(oldest))
        .filter(signal -> known.add(signal.key()))
        .toList();
  }

  /**
   * What to keep from now on: what may still count, and what is still to be seen (or it would be
   * news again once forgotten, where a node's clock is fast).
   */
  static List<SignalRecord> keep(
      List<SignalRecord> kept, List<SignalRecord> visible, List<Rule> rules, Instant now) {
    Set<String> shown = keys(visible);
    Instant oldest = now.minus(longestWindow(rules));
    List<SignalRecord> all =
        Stream.concat(kept.stream(), fresh(kept, visible, rules, now).stream())
            .filter(signal ->
                Instant.parse(signal.at()).isAfter(oldest) || shown.contains(signal.key()))
            .sorted(Comparator.comparing(signal -> Instant.parse(signal.at())))
            .toList();
    return all.subList(Math.max(0, all.size() - MAX_KEPT), all.size());
  }

  /** The kept ones as the rules count them. */
  static List<Signal> asCounted(List<SignalRecord> kept) {
    return kept.stream()
        .filter(signal -> signal.type().equals(SignalType.OOM_KILLED.id()))
        .map(signal ->
            new Signal(
                SignalType.OOM_KILLED,
                signal.container(),
                signal.key(),
                Instant.parse(signal.at())))
        .toList();
  }

  private static Set<String> keys(List<SignalRecord> signals) {
    Set<String> keys = new HashSet<>();
    signals.forEach(signal -> keys.add(signal.key()));
    return keys;
  }

  private static boolean isCounted(String container, List<Rule> rules) {
    return rules.stream()
        .anyMatch(
            rule -> rule.signal() == SignalType.OOM_KILLED && rule.container().equals(container));
  }

  private static Stream<SignalRecord> edge(
      String container, ContainerStateTerminated terminated, Instant now) {
    // Exit code 137 alone is any SIGKILL; only the reason is the kernel's verdict.
    if (!OOM_KILLED.equals(terminated.getReason())
        || terminated.getContainerID() == null
        || terminated.getFinishedAt() == null) {
      return Stream.empty();
    }
    try {
      Instant finished = Instant.parse(terminated.getFinishedAt());
      Signal signal = Signal.oomKilled(container, terminated.getContainerID(), finished, now);
      return signal.key().length() > MAX_KEY
          ? Stream.empty()
          : Stream.of(
              new SignalRecord(
                  signal.type().id(), container, signal.key(), signal.at().toString()));
    } catch (DateTimeParseException noTime) {
      return Stream.empty();
    }
  }

  private static Stream<ContainerStateTerminated> terminations(ContainerStatus container) {
    return Stream.of(container.getLastState(), container.getState())
        .filter(state -> state != null && state.getTerminated() != null)
        .map(state -> state.getTerminated());
  }

  private static List<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
        ? List.of()
        : pod.getStatus().getContainerStatuses();
  }

  private static Duration longestWindow(List<Rule> rules) {
    return rules.stream().map(Rule::window).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }
}
