package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.decision.Docket;
import ai.prismer.claw.gate.decision.Observed;
import ai.prismer.claw.gate.decision.Policy;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.Entry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision rests on.
 *
 * @param sight what is seen
 * @param observed the same in the words of the gate
 * @param policy what is allowed
 * @param nextReceipt where the log ends
 */
record Evidence(Sight sight, Observed observed, Policy policy, long nextReceipt) {

  /** The same, with a rule that needs the slot. */
  Evidence askedBy(String rule) {
    return new Evidence(sight, observed.askedBy(rule), policy, nextReceipt);
  }

  /** The debt of a receipt that says this. */
  Outbox owed(Entry entry) {
    Draft draft = Draft.of(observed.claw(), entry, observed.now());
    return new Outbox(nextReceipt, draft.json());
  }

  /** The receipt of something that ends: with what the Claw is left with. */
  Outbox owed(Entry entry, OpsEdit left) {
    Draft draft = Draft.of(observed.claw(), entry, observed.now()).leaving(left.standing());
    return new Outbox(nextReceipt, draft.json());
  }

  /** The open escalation of this Claw that the intent answers, if it names one. */
  @Nullable String answered() {
    Docket.Case named = observed.docket().named();
    return named == null
            || !named.clawUid().equals(observed.claw().uid())
            || EscalationPhase.valueOf(named.phase()).isTerminal()
        ? null
        : named.name();
  }

  Instant now() {
    return observed.now();
  }

  OpsStatus ops() {
    return sight.ops();
  }
}
