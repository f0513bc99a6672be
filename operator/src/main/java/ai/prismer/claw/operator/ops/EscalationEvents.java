package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.gate.text.ForeignText;
import ai.prismer.claw.operator.events.EventReason;
import ai.prismer.claw.operator.events.EventRecorder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what becomes of escalations, as Events of the Claw that they are about. */
final class EscalationEvents {
  private static final Logger LOG = LoggerFactory.getLogger(EscalationEvents.class);
  private static final int MAX_NAME = 256;

  private final EventRecorder events;

  EscalationEvents(EventRecorder events) {
    this.events = events;
  }

  void say(Claw claw, Notice.OfEscalation notice) {
    switch (notice) {
      case Notice.Waits(var escalation, var why, var proposal) ->
          event(
              claw,
              EventReason.OpsEscalated,
              "escalation "
                  + escalation
                  + " waits for a person ("
                  + why
                  + ")"
                  + (proposal == null ? ", without a proposal" : ": " + proposal)
                  + "; kubectl claw "
                  + (proposal == null ? "reject " : "approve ")
                  + escalation
                  + " -n "
                  + claw.getMetadata().getNamespace());
      case Notice.Assigned(var escalation, var companion, var until) ->
          event(
              claw,
              EventReason.OpsEscalationAssigned,
              "escalation " + escalation + " was given to " + name(companion) + " until " + until);
      case Notice.Closed(var escalation, var phase, var reason) ->
          event(
              claw,
              EventReason.OpsEscalationClosed,
              "escalation " + escalation + " is " + phase + ": " + reason);
      case Notice.Approved(var escalation, var by, var what) ->
          event(
              claw,
              EventReason.ApprovedRemediation,
              what + ", approved by " + name(by) + " in escalation " + escalation);
      case Notice.Unheard(var by, var why) ->
          event(
              claw,
              EventReason.OpsAnalysisRejected,
              "an analysis of " + name(by) + " was not taken: " + why);
    }
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

  private static String name(String user) {
    return user.isEmpty() ? "nobody known" : ForeignText.line(user, MAX_NAME);
  }
}
