package ai.prismer.claw.operator.audit;

import ai.prismer.claw.gate.receipt.Frontier;
import ai.prismer.claw.gate.receipt.LogEntry;
import ai.prismer.claw.gate.receipt.LogState;
import ai.prismer.claw.gate.receipt.NotVerifiedException;
import ai.prismer.claw.gate.receipt.SigningKey;
import ai.prismer.claw.operator.events.EventReason;
import java.util.List;
import java.util.Optional;

/**
 * Deletes receipts below a mark that a person has set, but records first that they did: with the
 * frontier at the mark, from which what is left verifies. Rotations of the key stay, or nobody
 * could follow from an old key. A deletion that was interrupted goes on at the next look.
 */
final class Pruner {
  private static final long NOTHING = -1;

  private final AuditLog log;
  private final Alarm alarm;

  /** The mark below which nothing is left to be deleted, as far as this operator knows. */
  private long done = NOTHING;

  Pruner(AuditLog log, Alarm alarm) {
    this.log = log;
    this.alarm = alarm;
  }

  /**
   * Does what is left to do.
   *
   * @param below the mark, as it stands in the annotation
   * @param by who set it
   */
  void prune(String below, String by) {
    long mark = below.matches("[1-9][0-9]{0,11}") ? Long.parseLong(below) : NOTHING;
    if (mark == done && mark != NOTHING) {
      return;
    }
    long covered = log.inTurn(OpenLog::covered);
    if (mark == NOTHING || mark > covered) {
      alarm.raise(
          EventReason.ReceiptRequestRefused,
          "receipts can be pruned below 1 to "
              + covered
              + ", what the checkpoint covers, and not as the annotation asks");
      return;
    }
    long recorded = log.inTurn(open -> open.pruned().size());
    if (recorded < mark) {
      record(mark, by);
    }
    if (log.inTurn(OpenLog::covered) > 0 && isPublished(mark)) {
      long deleted = delete(mark);
      done = mark;
      if (deleted > 0) {
        alarm.raise(
            EventReason.ReceiptsPruned,
            deleted + " receipts below " + mark + " were deleted, as " + by + " had asked");
      }
    }
  }

  private boolean isPublished(long mark) {
    return log.inTurn(open -> {
      open.publish();
      return open.head().pruned().size() >= mark && open.covered() == open.state().size();
    });
  }

  private void record(long mark, String by) {
    Frontier start = log.inTurn(OpenLog::pruned);
    Frontier frontier = frontier(start, mark);
    log.inTurn(open -> {
      SigningKey key =
          open.key()
              .orElseThrow(() ->
                  new AuditLogException("nothing is pruned without a key: " + open.whyUnsigned()));
      log.say(
          open,
          state ->
              open.pruned().size() < mark
                  ? Optional.of(new LogEntry.Pruning(frontier, by))
                  : Optional.empty(),
          List.of(key));
      return open;
    });
  }

  /** The log before the mark, from receipts that follow one another. */
  private Frontier frontier(Frontier start, long mark) {
    Frontier[] reached = {start};
    try {
      log.receipts()
          .walk(receipt -> {
            if (receipt.index() >= mark) {
              return false;
            }
            if (receipt.index() >= start.size()) {
              reached[0] = LogState.next(reached[0], receipt.envelope());
            }
            return true;
          });
    } catch (NotVerifiedException broken) {
      throw new AuditLogException(
          "the log does not hold together below the mark: " + broken.reason(), broken);
    }
    if (reached[0].size() != mark) {
      throw new AuditLogException("receipts are missing below the mark " + mark);
    }
    return reached[0];
  }

  private long delete(long mark) {
    long[] deleted = {0};
    log.receipts()
        .walk(receipt -> {
          if (receipt.index() >= mark) {
            return false;
          }
          if (!receipt.decision().equals("Rotation")) {
            log.receipts().delete(receipt.index());
            deleted[0]++;
          }
          return true;
        });
    return deleted[0];
  }
}
