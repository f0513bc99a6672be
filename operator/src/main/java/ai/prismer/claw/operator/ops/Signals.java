package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.Signal;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.gate.rule.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The list of signals in the status: what becomes of it at one look. Pure.
 *
 * <p>An edge is kept as long as a rule may count it, and longer while it is still to be seen, so
 * that one which is forgotten does not become news. A level is kept while it lasts, and counts once
 * it has lasted. So the list changes only when something begins, ends or is forgotten, never with a
 * sample, and a restart forgets nothing.
 */
final class Signals {
  /** More edges than any rule counts; a bound on the size of the status. */
  private static final int MAX_KEPT = 32;

  private Signals() {}

  /** Those of the visible ones that are news: not kept already and not too old to count. */
  static List<SignalRecord> fresh(
      List<SignalRecord> kept, List<SignalRecord> visible, List<Rule> rules, Instant now) {
    Set<String> known = keys(kept);
    Instant oldest = now.minus(longestWindow(rules));
    return visible.stream()
        .filter(signal -> at(signal).isAfter(oldest))
        .filter(signal -> known.add(signal.key()))
        .toList();
  }

  /** Whether a level that is kept has ended. */
  static boolean hasEnded(List<SignalRecord> kept, List<SignalRecord> visible) {
    Set<String> shown = keys(visible);
    return kept.stream().anyMatch(signal -> isLevel(signal) && !shown.contains(signal.key()));
  }

  /** What to keep from now on. */
  static List<SignalRecord> keep(
      List<SignalRecord> kept, List<SignalRecord> visible, List<Rule> rules, Instant now) {
    Set<String> shown = keys(visible);
    Instant oldest = now.minus(longestWindow(rules));
    List<SignalRecord> all =
        Stream.concat(kept.stream(), fresh(kept, visible, rules, now).stream())
            .filter(signal ->
                shown.contains(signal.key()) || (!isLevel(signal) && at(signal).isAfter(oldest)))
            .sorted(Comparator.comparing(Signals::at))
            .toList();
    return all.subList(Math.max(0, all.size() - MAX_KEPT), all.size());
  }

  /** What the rules count: every edge when it happened, every level that has lasted as of now. */
  static List<Signal> asCounted(List<SignalRecord> kept, Thresholds thresholds, Instant now) {
    return kept.stream()
        .flatMap(signal -> type(signal).stream().map(type -> new Typed(type, signal)))
        .filter(typed -> !now.isBefore(typed.counts(thresholds)))
        .map(typed ->
            new Signal(
                typed.type(),
                typed.signal().container(),
                typed.signal().key(),
                isLevel(typed.signal()) ? now : at(typed.signal())))
        .toList();
  }

  /** When the next level will have lasted long enough, if there is one that has not. */
  static Optional<Instant> nextToCount(
      List<SignalRecord> kept, Thresholds thresholds, Instant now) {
    return kept.stream()
        .flatMap(signal -> type(signal).stream().map(type -> new Typed(type, signal)))
        .map(typed -> typed.counts(thresholds))
        .filter(now::isBefore)
        .min(Comparator.naturalOrder());
  }

  /** Levels among these that have lasted, and edges; what speaks against an action. */
  static Optional<SignalType> returned(
      List<SignalRecord> visible, List<SignalRecord> kept, RuleBook book, Instant now) {
    Set<String> lasting = keys(visible);
    Stream<SignalRecord> edges = visible.stream().filter(signal -> !isLevel(signal));
    Stream<SignalRecord> levels =
        kept.stream()
            .filter(signal -> isLevel(signal) && lasting.contains(signal.key()))
            .filter(signal -> !asCounted(List.of(signal), book.thresholds(), now).isEmpty());
    return Stream.concat(edges, levels).flatMap(signal -> type(signal).stream()).findFirst();
  }

  /** One kept signal whose type is known. */
  private record Typed(SignalType type, SignalRecord signal) {
    Instant counts(Thresholds thresholds) {
      return at(signal).plus(thresholds.lasting(type));
    }
  }

  private static boolean isLevel(SignalRecord signal) {
    return type(signal)
        .map(type ->
            switch (type) {
              case OOM_KILLED, CRASH_LOOP -> false;
              case EVICTED, HIGH_MEMORY, HIGH_CPU -> true;
            })
        .orElse(false);
  }

  private static Optional<SignalType> type(SignalRecord signal) {
    return SignalType.of(signal.type());
  }

  private static Instant at(SignalRecord signal) {
    return Instant.parse(signal.at());
  }

  private static Set<String> keys(List<SignalRecord> signals) {
    Set<String> keys = new HashSet<>();
    signals.forEach(signal -> keys.add(signal.key()));
    return keys;
  }

  private static Duration longestWindow(List<Rule> rules) {
    return rules.stream().map(Rule::window).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }
}
