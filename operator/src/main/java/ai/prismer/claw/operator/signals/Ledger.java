package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.Signal;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.operator.bus.ChannelReports;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has been seen of one Claw, as its status keeps it.
 *
 * <p>The status is the only memory, so a restart or a failover forgets nothing. It holds edges: a
 * kill, the crossing of a threshold, the end of either. A look that shows nothing new changes
 * nothing, and what has grown too old is only removed when something else is written anyway: at
 * rest nothing is written.
 *
 * <p>All times are this operator's own. What a node or the API server dates counts from the earlier
 * of its time and ours.
 *
 * @param emerging what may become a signal: a state that has not lasted long enough, a happening
 *     that has not happened often enough
 * @param signals what is one, open ones and such as are over
 */
public record Ledger(List<SignalRecord> emerging, List<SignalRecord> signals) {
  /** The longest key that is kept. */
  static final int MAX_KEY = 256;

  /** Copies the lists. */
  public Ledger {
    emerging = List.copyOf(emerging);
    signals = List.copyOf(signals);
  }

  /** What the status says. */
  public static Ledger of(OpsStatus ops) {
    return new Ledger(list(ops.emerging()), list(ops.recentSignals()));
  }

  /**
   * What a look makes of this.
   *
   * @param next the ledger afterwards; equal to this one where nothing is new
   * @param raised the signals that are new
   * @param due when time alone will raise another one; null for never
   */
  public record Outlook(Ledger next, List<SignalRecord> raised, @Nullable Instant due) {}

  /**
   * Looks at the pods.
   *
   * @param pods the Claw's own pods, by name and owner UIDs, that stay
   * @param loads what was measured
   * @param channels what buses say of their channels
   * @param book when something seen is a signal, and how long one is of use
   * @param now the time
   */
  public Outlook look(
      List<Pod> pods, Loads loads, ChannelReports channels, RuleBook book, Instant now) {
    Sighting sighting = Sighting.of(pods, loads, channels, book.signals(), now);
    LedgerPage page = new LedgerPage(this, sighting, now, now.minus(book.memory()));
    return page.outlook();
  }

  /** The signals as rules count them. */
  public List<Signal> counted() {
    return signals.stream().flatMap(Ledger::counted).toList();
  }

  /** Those of them that go on. */
  public List<Signal> open() {
    return signals.stream().filter(SignalRecord::open).flatMap(Ledger::counted).toList();
  }

  /** Whether a Claw has a signal that is not over. */
  public static boolean isAbnormal(Claw claw) {
    OpsStatus ops = claw.getStatus() == null ? null : claw.getStatus().ops();
    return ops != null && list(ops.recentSignals()).stream().anyMatch(SignalRecord::open);
  }

  private static Stream<Signal> counted(SignalRecord kept) {
    Signal.Course course =
        kept.since() == null
            ? Signal.Course.HAPPENED
            : kept.open() ? Signal.Course.LASTS : Signal.Course.ENDED;
    return SignalType.of(kept.type()).stream()
        .map(type ->
            new Signal(
                type,
                kept.pod(),
                kept.podUid(),
                kept.container(),
                // The same state may come back, and is another one then.
                kept.since() == null ? kept.key() : kept.key() + "@" + kept.at(),
                Instant.parse(kept.at()),
                course));
  }

  private static List<SignalRecord> list(@Nullable List<SignalRecord> records) {
    return records == null ? List.of() : records;
  }
}
