package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.gate.text.ForeignText;
import ai.prismer.claw.operator.events.EventReason;
import ai.prismer.claw.operator.events.EventRecorder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what happened: an Event for the person who describes the Claw, a number for the one who
 * looks at a hundred, a line for the one who asks later.
 */
final class Announcements {
  private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);
  private static final int MAX_NAME = 128;

  private final EventRecorder events;
  private final OpsMetrics metrics;
  private final EscalationEvents escalations;

  Announcements(EventRecorder events, OpsMetrics metrics) {
    this.events = events;
    this.metrics = metrics;
    this.escalations = new EscalationEvents(events);
  }

  void say(Claw claw, List<Notice> notices) {
    notices.forEach(notice -> say(claw, notice));
  }

  private void say(Claw claw, Notice notice) {
    switch (notice) {
      case Notice.Seen(var signal) -> {
        metrics.seen(signal.type());
        event(claw, EventReason.OpsSignal, words(signal));
      }
      case Notice.Asked(var rule, var reason) ->
          event(claw, EventReason.AutoRemediation, "rule " + rule + ": " + reason);
      case Notice.Accepted(var what, var author) -> {
        metrics.accepted();
        event(claw, EventReason.OpsIntentAccepted, what + ", asked for by " + name(author));
      }
      case Notice.Held(var what, var author, var escalation) -> {
        metrics.held();
        event(
            claw,
            EventReason.OpsIntentHeld,
            what + ", asked for by " + name(author) + ", waits in escalation " + escalation);
      }
      case Notice.OfEscalation about -> escalations.say(claw, about);
      case Notice.Observed(var what, var author) -> {
        metrics.observed();
        event(
            claw,
            EventReason.OpsIntentObserved,
            "would have done "
                + what.strip()
                + ", asked for by "
                + name(author)
                + "; spec.ops.mode is Observe");
      }
      case Notice.Refused(var code, var reason, var author, var recorded) -> {
        if (recorded) {
          metrics.refused(code.id());
        }
        event(
            claw,
            EventReason.OpsIntentRejected,
            reason + " (" + code.id() + ", asked for by " + name(author) + ")");
      }
      case Notice.Silenced(var until) ->
          event(
              claw,
              EventReason.OpsSlotShut,
              RefusalCount.MAX_RECORDED
                  + " intents were refused within an hour; until "
                  + until
                  + " agents may not ask, and refusals are only counted");
      case Notice.Applied(var what, var sinceSignal) -> {
        if (sinceSignal != null) {
          metrics.applied(sinceSignal.toMillis() / 1000.0);
        }
        event(claw, EventReason.OpsIntentExecuted, what + "; now it is being watched");
      }
      case Notice.Frozen(var reason) ->
          event(
              claw,
              EventReason.OpsFrozen,
              "self-healing has stopped: "
                  + reason
                  + "; find out why, then set annotation "
                  + Keys.THAW
                  + " to your own user name");
      case Notice.Thawed(var by) ->
          event(claw, EventReason.OpsThawed, "self-healing goes on, says " + name(by));
      case Notice.TakenBack(var what, var by) ->
          event(claw, EventReason.OpsAdjustmentUndone, what + " is taken back by " + name(by));
      case Notice.Expired(var what) ->
          event(
              claw,
              EventReason.OpsAdjustmentExpired,
              what + " is taken away: its time, spec.ops.adjustmentTTL, is up");
      case Notice.Restored(var what) -> event(claw, EventReason.OpsRestored, what);
      case Notice.Ended(var what, var ending, var reason) -> {
        metrics.ended(ending.id());
        event(claw, reasonOf(ending), ending.id() + ": " + what + ": " + reason);
      }
    }
  }

  private static String words(SignalRecord signal) {
    return signal.type()
        + " of "
        + (signal.container() == null ? "" : "container " + signal.container() + " in ")
        + "pod "
        + signal.pod()
        + (signal.detail() == null ? "" : ": " + signal.detail());
  }

  private static EventReason reasonOf(Ending ending) {
    return switch (ending) {
      case HEALTHY -> EventReason.OpsIntentVerified;
      case INEFFECTIVE, UNDONE -> EventReason.OpsIntentFailed;
    };
  }

  private void event(Claw claw, EventReason reason, String message) {
    LOG.info(
        "{}/{} {}: {}",
        claw.getMetadata().getNamespace(),
        claw.getMetadata().getName(),
        reason,
        message);
    events.record(claw, reason, Incident.cut(message));
  }

  private static String name(String author) {
    return author.isEmpty() ? "nobody known" : ForeignText.line(author, MAX_NAME);
  }
}
