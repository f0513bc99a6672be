package ai.prismer.claw.cli.ops;

import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.api.status.OpsStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line of the timeline.
 *
 * @param time when, RFC 3339
 * @param what what was decided or asked for
 * @param by who asked; empty where it is not known
 * @param result how it ended
 * @param receipt index of its receipt; -1 where it is known from the status alone
 */
record Happening(String time, String what, String by, String result, long receipt) {

  /**
   * The timeline, oldest first: receipts, and of the status the actions that no receipt tells of.
   */
  static List<Happening> timeline(OpsStatus ops, List<ReceiptLine> receipts) {
    Map<Long, ReceiptLine> outcomes =
        receipts.stream()
            .filter(line -> line.kind().equals("outcome"))
            .collect(
                Collectors.toMap(
                    ReceiptLine::decisionIndex, Function.identity(), (first, second) -> first));
    List<Happening> all = new ArrayList<>();
    for (ReceiptLine line : receipts) {
      if (line.kind().equals("outcome")) {
        continue;
      }
      all.add(
          new Happening(
              line.time(),
              line.action(),
              line.by(),
              result(line, outcomes.get(line.index())),
              line.index()));
    }
    Set<Long> told = receipts.stream().map(ReceiptLine::generation).collect(Collectors.toSet());
    List<ActionRecord> actions =
        Objects.requireNonNullElse(ops.recentActions(), List.<ActionRecord>of());
    for (ActionRecord action : actions) {
      if (!told.contains(action.generation())) {
        all.add(
            new Happening(
                action.at(),
                action.action(),
                "",
                Objects.requireNonNullElse(action.result(), "in flight"),
                -1));
      }
    }
    // RFC 3339 in UTC, as the operator writes it, sorts as text down to the second.
    all.sort(Comparator.comparing(Happening::time));
    return all;
  }

  private static String result(ReceiptLine line, @Nullable ReceiptLine outcome) {
    if (outcome != null) {
      return outcome.result() + ": " + outcome.reason();
    }
    return switch (line.kind() + " " + line.decision()) {
      case "decision Reject" -> "refused: " + line.reason();
      case "decision Execute" -> "in flight";
      case "decision WouldExecute" -> "would have been done";
      default -> line.decision().isEmpty() ? line.reason() : line.decision();
    };
  }
}
