package ai.prismer.claw.operator.events;

/**
 * Every reason an Event of this operator can have. Alerts and scripts key on them: never rename.
 */
public enum EventReason {
  /** Children are made, or the agent is started again. */
  ClawProvisioning(false),
  /** The agent is ready at the wanted revision. */
  ClawRunning(false),
  /** The agent was running and is not ready now. */
  ClawDegraded(true),
  /** A pod is replaced to reach the wanted revision. */
  ClawUpdating(false),
  /** Something the agent needs is missing. */
  ClawPending(true),
  /** The spec cannot be carried out. */
  ClawFailed(true),
  /** Scaled to zero on request. */
  ClawSuspended(false),
  /** A step of the reconciliation failed. */
  ReconcileFailed(true),
  /** The account of the pod, or the confinement of the agent, is not as it must be. */
  ConfinementUnproven(true),
  /** A rule acted. */
  AutoRemediation(false),
  /** Something is wrong with a container, and a rule counts it. */
  OpsSignal(true),
  /** The ConfigMap of the rules has an entry that does not fit; it is left out. */
  RuleInvalid(true),
  /** Other rules are in force. */
  RulesChanged(false),
  /** The gate accepted an intent; it will be carried out. */
  OpsIntentAccepted(false),
  /** The gate accepted an intent on condition that a person approves; nothing was done. */
  OpsIntentHeld(false),
  /** An escalation waits for a person. */
  OpsEscalated(true),
  /** A companion was given an escalation. */
  OpsEscalationAssigned(false),
  /** A person decided on an escalation, or nobody did in time. */
  OpsEscalationClosed(false),
  /** What a person approved is asked for in the operator's name. */
  ApprovedRemediation(false),
  /** What a companion said was not taken. */
  OpsAnalysisRejected(true),
  /** The gate accepted an intent of a Claw that is only observed; nothing was done. */
  OpsIntentObserved(false),
  /** An intent was executed. */
  OpsIntentExecuted(false),
  /** An executed intent has held for the window in which it was watched. */
  OpsIntentVerified(false),
  /** Self-healing stopped, because its last actions did not help. */
  OpsFrozen(true),
  /** A person let self-healing go on. */
  OpsThawed(false),
  /** A person took an adjustment away. */
  OpsAdjustmentUndone(false),
  /** An adjustment was taken away because its time was up. */
  OpsAdjustmentExpired(false),
  /** A Claw that was made again begins from what the receipts of its name say. */
  OpsRestored(false),
  /** An intent was refused. */
  OpsIntentRejected(true),
  /** So many intents were refused that agents may not ask until the hour is over. */
  OpsSlotShut(true),
  /** So many agents fail at once that healing has stopped in a namespace or in the cluster. */
  OpsOutbreak(true),
  /** An intent was accepted and could not be carried out, or did not help. */
  OpsIntentFailed(true),
  /** Receipts are stored without a signature, because no key can be used. */
  ReceiptUnsigned(true),
  /** A later receipt vouches for those that could not be signed. */
  ReceiptsVouchedFor(false),
  /** More receipts are stored than the configuration says; a person should have them pruned. */
  ReceiptPruningDue(true),
  /** Receipts below the mark that a person set were deleted. */
  ReceiptsPruned(false),
  /** The signing key of the receipt log was replaced, as a person had asked. */
  SigningKeyRotated(false),
  /** What a person asked of the receipt log cannot be done. */
  ReceiptRequestRefused(true);

  private final boolean warning;

  EventReason(boolean warning) {
    this.warning = warning;
  }

  /** {@code Warning} or {@code Normal}. */
  public String type() {
    return warning ? "Warning" : "Normal";
  }
}
