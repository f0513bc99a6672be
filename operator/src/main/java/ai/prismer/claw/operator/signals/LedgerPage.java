package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.text.ForeignText;
import ai.prismer.claw.operator.signals.Finding.Hint;
import ai.prismer.claw.operator.signals.Finding.Moment;
import ai.prismer.claw.operator.signals.Finding.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Brings a ledger up to date with one look. Used once, by one thread. */
final class LedgerPage {
  /** Bounds on the size of the status. */
  private static final int MAX_SIGNALS = 48;

  private static final int MAX_EMERGING = 32;
  private static final int MAX_DETAIL = 256;

  private final Ledger before;
  private final Sighting sighting;
  private final Instant now;
  private final Instant oldest;
  private final List<SignalRecord> emerging;
  private final List<SignalRecord> signals;
  private final List<SignalRecord> raised = new ArrayList<>();
  private boolean changed;
  private @Nullable Instant due;

  /**
   * A page.
   *
   * @param oldest what happened before that is neither news nor worth keeping
   */
  LedgerPage(Ledger before, Sighting sighting, Instant now, Instant oldest) {
    this.before = before;
    this.sighting = sighting;
    this.now = now;
    this.oldest = oldest;
    this.emerging = new ArrayList<>(before.emerging());
    this.signals = new ArrayList<>(before.signals());
  }

  Ledger.Outlook outlook() {
    close();
    forget();
    for (Finding finding : sighting.findings()) {
      switch (finding) {
        case Moment moment -> happened(moment);
        case Hint hint -> hinted(hint);
        case State state -> lasts(state);
      }
    }
    Ledger next = changed ? new Ledger(keptEmerging(), keptSignals()) : before;
    List<SignalRecord> news = raised.stream().filter(next.signals()::contains).toList();
    return new Ledger.Outlook(next, news, due);
  }

  /** What is over: the pod is gone, or shows that it is. */
  private void close() {
    signals.replaceAll(signal -> {
      if (!signal.open() || sighting.isUnclear(signal) || goesOn(signal)) {
        return signal;
      }
      changed = true;
      return signal.ended(now.toString());
    });
  }

  private boolean goesOn(SignalRecord signal) {
    if (!sighting.shows(signal)) {
      return false;
    }
    return signal.since() == null
        ? !sighting.hasRecovered(signal)
        : states().anyMatch(state -> isSame(state, signal));
  }

  /** A state that has gone before it lasted long enough begins anew when it comes back. */
  private void forget() {
    changed |=
        emerging.removeIf(record ->
            record.since() != null
                && sighting.shows(record)
                && !sighting.isUnclear(record)
                && states().noneMatch(state -> isSame(state, record)));
  }

  private void happened(Moment moment) {
    if (moment.at().isAfter(oldest) && !isKnown(moment, signals)) {
      raise(record(moment, moment.at(), null));
    }
  }

  private void hinted(Hint hint) {
    Instant from = now.minus(hint.burst().within());
    if (!hint.at().isAfter(from) || isKnown(hint, signals) || isKnown(hint, emerging)) {
      return;
    }
    SignalRecord record = record(hint, hint.at(), null);
    long times = 1 + count(hint, emerging, from) + count(hint, signals, from);
    if (times > hint.burst().more()) {
      raise(record);
    } else {
      emerging.add(record);
      changed = true;
    }
  }

  private void lasts(State state) {
    if (signals.stream().anyMatch(signal -> signal.open() && isSame(state, signal))) {
      return;
    }
    Optional<SignalRecord> known =
        emerging.stream().filter(record -> isSame(state, record)).findFirst();
    Instant since =
        known
            .map(record -> Instant.parse(record.at()))
            .filter(stored -> stored.isBefore(state.since()))
            .orElse(state.since());
    Instant end = since.plus(state.lasting());
    if (!now.isBefore(end)) {
      known.ifPresent(emerging::remove);
      raise(record(state, now, since));
      return;
    }
    due = due == null || end.isBefore(due) ? end : due;
    if (known.isEmpty() && !state.forgettable()) {
      emerging.add(record(state, since, since));
      changed = true;
    }
  }

  private void raise(SignalRecord record) {
    signals.add(record);
    raised.add(record);
    changed = true;
  }

  private List<SignalRecord> keptEmerging() {
    List<SignalRecord> kept =
        emerging.stream()
            .filter(sighting::shows)
            .filter(record -> record.since() != null || Instant.parse(record.at()).isAfter(oldest))
            .sorted(BY_TIME)
            .toList();
    return kept.subList(Math.max(0, kept.size() - MAX_EMERGING), kept.size());
  }

  /**
   * What may still count, what goes on, and what the pods still show (or it would be news again
   * once forgotten, where a node's clock is fast). Of one kind and place no more than a rule can
   * count, so that a noisy sidecar pushes nothing out.
   */
  private List<SignalRecord> keptSignals() {
    List<SignalRecord> newestFirst =
        signals.stream()
            .filter(signal ->
                signal.open() || Instant.parse(signal.at()).isAfter(oldest) || isShown(signal))
            .sorted(BY_TIME.reversed())
            .toList();
    Map<String, Integer> counts = new HashMap<>();
    List<SignalRecord> kept = new ArrayList<>();
    for (SignalRecord signal : newestFirst) {
      String group = signal.type() + " " + signal.podUid() + " " + signal.container();
      if (kept.size() < MAX_SIGNALS && counts.merge(group, 1, Integer::sum) <= Rule.MAX_COUNT) {
        kept.add(signal);
      }
    }
    return kept.reversed();
  }

  private static final Comparator<SignalRecord> BY_TIME =
      Comparator.comparing((SignalRecord signal) -> Instant.parse(signal.at()))
          .thenComparing(SignalRecord::key);

  private boolean isShown(SignalRecord signal) {
    return sighting.findings().stream().anyMatch(finding -> isSame(finding, signal));
  }

  private Stream<State> states() {
    return sighting.findings().stream().filter(State.class::isInstance).map(State.class::cast);
  }

  private static boolean isKnown(Finding finding, List<SignalRecord> records) {
    return records.stream().anyMatch(record -> isSame(finding, record));
  }

  private static boolean isSame(Finding finding, SignalRecord record) {
    return finding.key().equals(record.key())
        && finding.type().id().equals(record.type())
        && finding.place().equals(Place.of(record));
  }

  private static long count(Hint hint, List<SignalRecord> records, Instant from) {
    return records.stream()
        .filter(record -> record.since() == null)
        .filter(record -> record.type().equals(hint.type().id()))
        .filter(record -> Place.of(record).equals(hint.place()))
        .filter(record -> Instant.parse(record.at()).isAfter(from))
        .count();
  }

  private static SignalRecord record(Finding finding, Instant at, @Nullable Instant since) {
    String detail = ForeignText.line(finding.detail(), MAX_DETAIL);
    return new SignalRecord(
        finding.type().id(),
        finding.place().pod(),
        finding.place().podUid(),
        finding.place().container(),
        finding.key(),
        at.toString(),
        since == null ? null : since.toString(),
        null,
        detail.isEmpty() ? null : detail.substring(0, Math.min(detail.length(), MAX_DETAIL)));
  }
}
