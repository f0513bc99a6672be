package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.LlmSlot;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.api.status.Refusals;
import ai.prismer.claw.api.status.RuleState;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.receipt.Standing;
import ai.prismer.claw.operator.signals.Ledger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The next {@code status.ops}, made from the present one. Not thread-safe, used once. */
final class OpsEdit {
  private @Nullable Long mark;
  private @Nullable String digest;
  private @Nullable String lastResult;
  private @Nullable InFlight inFlight;
  private @Nullable List<Adjustment> adjustments;
  private @Nullable Long restart;
  private @Nullable List<ActionRecord> actions;
  private @Nullable Breaker breaker;
  private @Nullable Refusals refusals;
  private @Nullable LlmSlot llmSlot;
  private @Nullable List<SignalRecord> signals;
  private @Nullable List<SignalRecord> emerging;
  private @Nullable List<RuleState> rules;
  private @Nullable Held held;
  private @Nullable Outbox outbox;

  private OpsEdit(OpsStatus from) {
    this.mark = from.lastIntentGeneration();
    this.digest = from.lastIntentDigest();
    this.lastResult = from.lastResult();
    this.inFlight = from.inFlight();
    this.adjustments = from.adjustments();
    this.restart = from.restart();
    this.actions = from.recentActions();
    this.breaker = from.breaker();
    this.refusals = from.refusals();
    this.llmSlot = from.llmSlot();
    this.signals = from.recentSignals();
    this.emerging = from.emerging();
    this.rules = from.rules();
    this.held = from.held();
    this.outbox = from.outbox();
  }

  static OpsEdit of(OpsStatus from) {
    return new OpsEdit(from);
  }

  /** What the status of a Claw says about healing; never null. */
  static OpsStatus present(Claw claw) {
    OpsStatus ops = claw.getStatus() == null ? null : claw.getStatus().ops();
    return ops == null ? OpsStatus.EMPTY : ops;
  }

  /** The Claw with this state in its status; the Claw that was given stays as it is. */
  static Claw with(Claw claw, OpsStatus ops) {
    ClawStatus status = claw.getStatus();
    Claw next = new Claw();
    next.setMetadata(claw.getMetadata());
    next.setSpec(claw.getSpec());
    next.setStatus(
        status == null
            ? new ClawStatus(null, null, null, null, null, ops)
            : new ClawStatus(
                status.phase(),
                status.observedGeneration(),
                status.conditions(),
                status.runtime(),
                status.channels(),
                ops));
    return next;
  }

  OpsEdit mark(long generation, String intentDigest) {
    this.mark = generation;
    this.digest = intentDigest;
    return this;
  }

  OpsEdit lastResult(@Nullable String result) {
    this.lastResult = result;
    return this;
  }

  OpsEdit inFlight(@Nullable InFlight next) {
    this.inFlight = next;
    return this;
  }

  OpsEdit adjustments(List<Adjustment> next) {
    this.adjustments = next;
    return this;
  }

  OpsEdit restart(long generation) {
    this.restart = generation;
    return this;
  }

  OpsEdit actions(List<ActionRecord> next) {
    this.actions = next;
    return this;
  }

  OpsEdit breaker(@Nullable Breaker next) {
    this.breaker = next;
    return this;
  }

  OpsEdit refusals(Refusals next) {
    this.refusals = next;
    return this;
  }

  OpsEdit llmSlot(@Nullable LlmSlot next) {
    this.llmSlot = next;
    return this;
  }

  OpsEdit ledger(Ledger next) {
    this.signals = next.signals();
    this.emerging = next.emerging();
    return this;
  }

  OpsEdit rules(List<RuleState> next) {
    this.rules = next;
    return this;
  }

  OpsEdit held(@Nullable Held next) {
    this.held = next;
    return this;
  }

  OpsEdit outbox(@Nullable Outbox next) {
    this.outbox = next;
    return this;
  }

  /**
   * What the Claw is left with, for the receipt of this change: without what an action that has not
   * ended has done so far.
   */
  Standing standing() {
    OpsStatus left = done();
    if (inFlight != null && Stage.of(inFlight) != Stage.Closing) {
      left = of(left).adjustments(Adjustments.without(left, inFlight.generation())).done();
    }
    return new Standing(mark == null ? 0 : mark, Adjustments.settled(left));
  }

  OpsStatus done() {
    return new OpsStatus(
        mark,
        digest,
        lastResult,
        inFlight,
        adjustments,
        restart,
        actions,
        breaker,
        refusals,
        llmSlot,
        signals,
        emerging,
        rules,
        held,
        outbox);
  }
}
