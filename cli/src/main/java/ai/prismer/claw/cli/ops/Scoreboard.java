package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.cli.resource.Ops;
import ai.prismer.claw.gate.rule.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What self-healing would have done in mode Observe, against what happened instead. Pure.
 *
 * <p>The question is whether the action was needed. Nobody can know what it would have done; but
 * whether the signal came back without it is on record: in a later decision of the same rule, and
 * in the signals that the status still keeps.
 *
 * @param rows one for each decision that was not carried out, oldest first
 */
record Scoreboard(List<Row> rows) {

  /**
   * One decision.
   *
   * @param time when, RFC 3339
   * @param action what would have been done
   * @param by who asked
   * @param returned how often the signal is known to have come back since; -1 where no rule asked,
   *     so that there was no signal
   * @param last when it came back last, RFC 3339; empty if it did not
   */
  record Row(String time, String action, String by, int returned, String last) {}

  static Scoreboard of(Claw claw, List<ReceiptLine> receipts) {
    List<ReceiptLine> decisions =
        receipts.stream().filter(line -> line.isDecision("WouldExecute")).toList();
    List<Row> rows = new ArrayList<>();
    for (ReceiptLine decision : decisions) {
      if (decision.rule().isEmpty()) {
        rows.add(new Row(decision.time(), decision.action(), decision.by(), -1, ""));
        continue;
      }
      List<String> back = new ArrayList<>();
      decisions.stream()
          .filter(other -> other.rule().equals(decision.rule()))
          .map(ReceiptLine::time)
          .filter(time -> isAfter(time, decision.time()))
          .forEach(back::add);
      String newest = back.isEmpty() ? decision.time() : back.getLast();
      signals(claw, decision.rule()).stream()
          .map(SignalRecord::at)
          .filter(time -> isAfter(time, newest))
          .sorted()
          .forEach(back::add);
      rows.add(
          new Row(
              decision.time(),
              decision.action(),
              decision.by(),
              back.size(),
              back.isEmpty() ? "" : back.getLast()));
    }
    return new Scoreboard(rows);
  }

  /** How many decisions the signal came back after. */
  long missed() {
    return rows.stream().filter(row -> row.returned() > 0).count();
  }

  /** How many decisions the signal stayed away after. */
  long needless() {
    return rows.stream().filter(row -> row.returned() == 0).count();
  }

  /** The signals that a rule counts, as far as the status keeps them. */
  private static List<SignalRecord> signals(Claw claw, String rule) {
    List<SignalRecord> kept =
        Objects.requireNonNullElse(Ops.of(claw).recentSignals(), List.<SignalRecord>of());
    return Rule.DEFAULTS.stream()
        .filter(known -> known.id().equals(rule))
        .findFirst()
        .map(known ->
            kept.stream()
                .filter(signal -> signal.type().equals(known.signal().id()))
                .filter(signal ->
                    known.container() == null || known.container().equals(signal.container()))
                .toList())
        .orElse(List.of());
  }

  private static boolean isAfter(String time, String other) {
    return Instant.parse(time).isAfter(Instant.parse(other));
  }
}
