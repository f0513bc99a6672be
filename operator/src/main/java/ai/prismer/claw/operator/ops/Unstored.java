package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.operator.audit.AuditLog;
import ai.prismer.claw.operator.reconcile.SelfHealing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one look at a Claw has decided and not stored yet: a new signal and the action that follows
 * from it are one write and not two, and what is only watched is stored with the rest of the
 * status. Used by one thread, for one look.
 *
 * <p>Invariants, and the failure each prevents:
 *
 * <ul>
 *   <li>Nothing outside the Claw's own object happens on what is not stored, unless whoever takes
 *       over after a crash finds the same again and does not do it a second time.
 *   <li>A look leaves nothing unstored behind that would not be found again, not even where it
 *       fails: a signal is lost when its pod is.
 *   <li>Nothing is said before it is stored.
 * </ul>
 */
final class Unstored {
  private static final Logger LOG = LoggerFactory.getLogger(Unstored.class);

  private final ClawWriter writer;
  private final AuditLog log;
  private final Announcements announcements;
  private final List<Notice> notices = new ArrayList<>();
  private Claw stored;
  private boolean pending;

  /**
   * Nothing yet.
   *
   * @param stored the Claw as it is stored
   */
  Unstored(Claw stored, ClawWriter writer, AuditLog log, Announcements announcements) {
    this.stored = stored;
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

  /** An annotation may have been written in between: the Claw as it is now, with what pends. */
  Claw onto(Claw written, OpsStatus next) {
    if (!version(written).equals(version(stored))) {
      stored = written;
    }
    return pending ? OpsEdit.with(written, next) : written;
  }

  /** Says it, once everything before it is stored. */
  void say(Claw claw, List<Notice> more) {
    notices.addAll(more);
    if (!pending) {
      tell(claw);
    }
  }

  /** Stores what would not be found again; returns the Claw with what still pends. */
  Claw secure(Claw claw) {
    return pending && isFoundAgain(OpsEdit.present(stored), OpsEdit.present(claw))
        ? claw
        : store(claw);
  }

  /** Stores what pends; returns the Claw as stored. */
  Claw store(Claw claw) {
    if (!pending) {
      return claw;
    }
    OpsStatus next = OpsEdit.present(claw);
    if (log.isRequired()) {
      recordFirst(next);
    }
    stored = writer.store(claw, next);
    stored(stored);
    return stored;
  }

  /** Ends the look: what pends now is for the reconciliation to store. */
  SelfHealing.Healed leave(Claw claw, @Nullable Duration lookAgainAfter) {
    Claw left = secure(claw);
    return pending
        ? new SelfHealing.Healed(left, stored, lookAgainAfter, this::stored)
        : new SelfHealing.Healed(left, left, lookAgainAfter, null);
  }

  /** Stores what was seen although what follows from it has failed. */
  void rescue(Claw claw) {
    try {
      store(claw);
    } catch (RuntimeException alsoFailed) {
      LOG.debug("nor could what was seen be stored", alsoFailed);
    }
  }

  private static String version(Claw claw) {
    return claw.getMetadata().getResourceVersion();
  }

  private void stored(Claw claw) {
    pending = false;
    tell(claw);
  }

  /**
   * Whether who looks at the stored state and at the same pods comes to the next one, without
   * anything done twice: an action has come further, a signal has ended, a debt is paid. New
   * signals, decisions and their bounds are not like that.
   */
  private static boolean isFoundAgain(OpsStatus stored, OpsStatus next) {
    return (next.outbox() == null || next.outbox().equals(stored.outbox()))
        && (next.llmSlot() == null || next.llmSlot().equals(stored.llmSlot()))
        && (next.inFlight() == null || isSameAction(stored.inFlight(), next.inFlight()))
        && keys(stored).containsAll(keys(next))
        && present(next.adjustments()).equals(present(stored.adjustments()))
        && present(next.recentActions()).equals(present(stored.recentActions()))
        && present(next.rules()).equals(present(stored.rules()))
        && Objects.equals(next.restart(), stored.restart())
        && Objects.equals(next.breaker(), stored.breaker())
        && Objects.equals(next.refusals(), stored.refusals())
        && Objects.equals(next.held(), stored.held());
  }

  private static boolean isSameAction(@Nullable InFlight one, InFlight other) {
    return one != null && Objects.equals(one.generation(), other.generation());
  }

  private static Set<String> keys(OpsStatus ops) {
    return present(ops.recentSignals()).stream().map(SignalRecord::key).collect(Collectors.toSet());
  }

  private static <T> List<T> present(@Nullable List<T> list) {
    return list == null ? List.of() : list;
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
