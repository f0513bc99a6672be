package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.intent.Intent;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one next thing to do for a Claw: at most one write to it. */
sealed interface Step {

  /**
   * Nothing to do at this moment.
   *
   * @param until when time alone makes something due; null when it does not
   */
  record Rest(@Nullable Instant until) implements Step {}

  /**
   * Store this state, together with what follows from it where that is the Claw's own affair; then
   * say what happened.
   *
   * @param next the whole {@code status.ops}
   * @param notices what to say once it is stored
   */
  record Store(OpsStatus next, List<Notice> notices) implements Step {
    Store(OpsStatus next, Notice... notices) {
      this(next, List.of(notices));
    }
  }

  /** Look at the cluster itself rather than at what is remembered of it, then decide. */
  record Decide() implements Step {}

  /** Write this intent of a rule into the annotation. */
  record Ask(Intent intent, Notice notice) implements Step {}

  /**
   * Remove the intent from the annotation; it has been dealt with.
   *
   * @param notices what to say once it is gone
   */
  record Clear(List<Notice> notices) implements Step {}

  /**
   * Remove this pod, by UID, then store that it is done.
   *
   * @param pod the pod
   * @param done what follows
   */
  record Remove(Pod pod, Store done) implements Step {}

  /**
   * Look at the escalation whose proposal waits, and do what follows from it; else do the other.
   *
   * @param escalation its name
   * @param otherwise the step where nothing follows
   */
  record Consult(String escalation, Step otherwise) implements Step {}

  /** Give back what the receipts of its name say to a Claw that was made again. */
  record Restore() implements Step {}

  /** Hear what a companion has found out. */
  record Hear() implements Step {}

  /**
   * Record an incident that no rule is for; somebody has to look at it.
   *
   * @param name name of the escalation
   * @param incident what happened
   */
  record Escalate(String name, EscalationSpec incident) implements Step {}

  /** Append the receipt that is owed, record the incident, and strike the debt off. */
  record Publish() implements Step {}
}
