package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.operator.audit.AuditLog;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one look at a Claw has decided and not stored yet: a new signal and the action that follows
 * from it are one write and not two. Used by one thread, for one look.
 *
 * <p>Invariants, and the failure each prevents:
 *
 * <ul>
 *   <li>Nothing outside the Claw's own object happens on what is not stored: whoever takes over
 *       after a crash would do it a second time.
 *   <li>A look leaves nothing unstored behind, not even where it fails: a signal is lost when its
 *       pod is.
 *   <li>Nothing is said before it is stored.
 * </ul>
 */
final class Unstored {
  private static final Logger LOG = LoggerFactory.getLogger(Unstored.class);

  private final ClawWriter writer;
  private final AuditLog log;
  private final Announcements announcements;
  private final List<Notice> notices = new ArrayList<>();
  private boolean pending;

  Unstored(ClawWriter writer, AuditLog log, Announcements announcements) {
    this.writer = writer;
    this.log = log;
    this.announcements = announcements;
  }

  /** Takes a decision in; returns the Claw as it is to become. */
  Claw note(Claw claw, Step.Store step) {
    notices.addAll(step.notices());
    return note(claw, step.next());
  }

  /** Takes a state in; returns the Claw as it is to become. */
  Claw note(Claw claw, OpsStatus next) {
    pending = true;
    return OpsEdit.with(claw, next);
  }

  /** An annotation was written in between: the Claw as the server has it now, with what pends. */
  Claw onto(Claw written, OpsStatus next) {
    return pending ? OpsEdit.with(written, next) : written;
  }

  /** Says it, once everything before it is stored. */
  void say(Claw claw, List<Notice> more) {
    notices.addAll(more);
    if (!pending) {
      tell(claw);
    }
  }

  /** Stores what pends; returns the Claw as stored. */
  Claw store(Claw claw) {
    if (!pending) {
      return claw;
    }
    pending = false;
    OpsStatus next = OpsEdit.present(claw);
    if (log.isRequired()) {
      recordFirst(next);
    }
    Claw stored = writer.store(claw, next);
    tell(stored);
    return stored;
  }

  /** Stores what was seen although what follows from it has failed. */
  void rescue(Claw claw) {
    try {
      store(claw);
    } catch (RuntimeException alsoFailed) {
      LOG.debug("nor could what was seen be stored", alsoFailed);
    }
  }

  private void tell(Claw claw) {
    announcements.say(claw, notices);
    notices.clear();
  }

  /**
   * With {@code audit.required} the receipt of a decision is signed and in the log before the
   * status announces the action, because from then on pods are replaced. Where it cannot be, this
   * fails and nothing is announced. The debt in the outbox is paid later all the same, and then
   * finds the receipt. A crash in between leaves a receipt of what was not done, never the reverse.
   */
  private void recordFirst(OpsStatus next) {
    InFlight flight = next.inFlight();
    Outbox outbox = next.outbox();
    if (outbox != null && flight != null && flight.receiptIndex() == null) {
      log.append(Draft.parse(outbox.record()), outbox.index());
    }
  }
}
