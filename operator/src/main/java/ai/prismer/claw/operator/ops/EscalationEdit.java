package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The next status of an escalation, made from the present one. Not thread-safe, used once. */
final class EscalationEdit {
  private static final int MAX_NOTIFIED = 8;

  private @Nullable EscalationPhase phase;
  private @Nullable String deadline;
  private @Nullable String assignedTo;
  private @Nullable String analysis;
  private @Nullable String proposedAction;
  private @Nullable String actionDigest;
  private @Nullable String matchedRule;
  private @Nullable String approvedBy;
  private @Nullable String approvedAt;
  private @Nullable String approvedVia;
  private @Nullable String executedAction;
  private @Nullable String executedAt;
  private @Nullable String result;
  private @Nullable String receiptRef;
  private @Nullable String rejectionReason;
  private @Nullable String finishedAt;
  private @Nullable List<String> notified;

  private EscalationEdit(EscalationStatus from) {
    this.phase = from.phase();
    this.deadline = from.deadline();
    this.assignedTo = from.assignedTo();
    this.analysis = from.analysis();
    this.proposedAction = from.proposedAction();
    this.actionDigest = from.actionDigest();
    this.matchedRule = from.matchedRule();
    this.approvedBy = from.approvedBy();
    this.approvedAt = from.approvedAt();
    this.approvedVia = from.approvedVia();
    this.executedAction = from.executedAction();
    this.executedAt = from.executedAt();
    this.result = from.result();
    this.receiptRef = from.receiptRef();
    this.rejectionReason = from.rejectionReason();
    this.finishedAt = from.finishedAt();
    this.notified = from.notified();
  }

  static EscalationEdit of(EscalationStatus from) {
    return new EscalationEdit(from);
  }

  /** In this phase until then; null where whoever moves it on needs no clock. */
  EscalationEdit phase(EscalationPhase next, @Nullable Instant until) {
    this.phase = next;
    this.deadline = until == null ? null : until.toString();
    return this;
  }

  /** Ended, so that nothing is awaited any more. */
  EscalationEdit ended(EscalationPhase next, Instant now) {
    this.finishedAt = now.toString();
    return phase(next, null);
  }

  EscalationEdit assignedTo(String companion) {
    this.assignedTo = companion;
    return this;
  }

  EscalationEdit analysis(String text) {
    this.analysis = text;
    return this;
  }

  EscalationEdit proposal(String action, String digest) {
    this.proposedAction = action;
    this.actionDigest = digest;
    return this;
  }

  EscalationEdit rule(@Nullable String rule) {
    this.matchedRule = rule;
    return this;
  }

  EscalationEdit decidedBy(String by, Instant at) {
    this.approvedBy = by;
    this.approvedAt = at.toString();
    this.approvedVia = "kubernetes";
    return this;
  }

  EscalationEdit executed(String action, Instant at) {
    this.executedAction = action;
    this.executedAt = at.toString();
    return this;
  }

  EscalationEdit result(String how) {
    this.result = how;
    return this;
  }

  EscalationEdit receipt(String name) {
    this.receiptRef = name;
    return this;
  }

  EscalationEdit reason(String why) {
    this.rejectionReason = Incident.cut(why);
    return this;
  }

  EscalationEdit notified(Instant at) {
    List<String> all = new ArrayList<>(notified == null ? List.of() : notified);
    all.add(at.toString());
    this.notified = all.subList(Math.max(0, all.size() - MAX_NOTIFIED), all.size());
    return this;
  }

  EscalationStatus done() {
    return new EscalationStatus(
        phase,
        deadline,
        assignedTo,
        analysis,
        proposedAction,
        actionDigest,
        matchedRule,
        approvedBy,
        approvedAt,
        approvedVia,
        executedAction,
        executedAt,
        result,
        receiptRef,
        rejectionReason,
        finishedAt,
        notified);
  }
}
