package ai.prismer.claw.operator.audit;

import ai.prismer.claw.api.ops.ReceiptSpec;
import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogEntry;
import ai.prismer.claw.gate.receipt.LogState;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.ReceiptSummary;
import ai.prismer.claw.gate.receipt.VerifierKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds where a log begins whose head was lost: at 0, or where receipts were pruned, at the mark
 * that the newest receipt of a pruning records.
 */
final class Rebuild {
  /**
   * Where it begins.
   *
   * @param state the state from which on every receipt is there
   * @param rotations keys that had been replaced before: they sign no more
   */
  record Start(LogState state, List<Passed> rotations) {}

  /** A rotation that lies below the mark, and when it was. */
  record Passed(LogEntry.Rotation rotation, String time) {}

  private static final String ROTATION = "Rotation";
  private static final String PRUNING = "Pruning";

  private Rebuild() {}

  /** Walks what is left. */
  static Start start(ReceiptStore receipts, Collection<VerifierKey> keys) {
    List<ReceiptSpec> about = new ArrayList<>();
    boolean[] whole = {false};
    receipts.walk(receipt -> {
      // The first one tells; the rest is walked only if it is not the first of the log.
      whole[0] |= receipt.index() == 0 && !receipt.decision().equals(ROTATION);
      if (receipt.decision().equals(ROTATION) || receipt.decision().equals(PRUNING)) {
        about.add(receipt);
      }
      return !whole[0];
    });
    Frontier mark = whole[0] ? Frontier.EMPTY : newestMark(about, keys);
    LogState state = new LogState(mark, keys);
    List<Passed> rotations = new ArrayList<>();
    for (ReceiptSpec receipt : about) {
      if (receipt.index() < mark.size() && receipt.decision().equals(ROTATION)) {
        follow(state, receipt.envelope()).ifPresent(rotations::add);
      }
    }
    return new Start(state, rotations);
  }

  private static Frontier newestMark(List<ReceiptSpec> about, Collection<VerifierKey> keys) {
    Frontier newest = Frontier.EMPTY;
    for (ReceiptSpec receipt : about) {
      if (receipt.decision().equals(PRUNING)) {
        try {
          Frontier mark = LogEntry.Pruning.of(receipt.envelope(), keys).mark();
          newest = mark.size() > newest.size() ? mark : newest;
        } catch (NotVerifiedException foreign) {
          throw new AuditLogException(
              "the receipt of a pruning at " + receipt.index() + ": " + foreign.reason(), foreign);
        }
      }
    }
    return newest;
  }

  private static Optional<Passed> follow(LogState state, String envelope) {
    try {
      LogEntry.Rotation rotation = state.followRotation(envelope);
      return Optional.of(new Passed(rotation, ReceiptSummary.of(envelope).time()));
    } catch (NotVerifiedException retired) {
      // The keys that are believed may be those of after this rotation already.
      if (state.keys().isEmpty()) {
        throw new AuditLogException("a rotation of the signing key cannot be followed", retired);
      }
      return Optional.empty();
    }
  }
}
