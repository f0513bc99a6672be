package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ops.Approval;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.EscalationStatus;
import ai.prismer.claw.gate.text.ForeignText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of an escalation: what becomes of it next. Pure.
 *
 * <p>Who moves it on, and when at the latest:
 *
 * <table>
 *   <caption>Owners</caption>
 *   <tr><td>no phase</td><td>whoever made it, in the same breath; after {@link #BIRTH} this
 *       machine, for its maker has died</td></tr>
 *   <tr><td>Pending</td><td>this machine, at once: to a companion, or to a person</td></tr>
 *   <tr><td>Analyzing</td><td>the companion, by an intent or an analysis; after {@link #ANALYSIS}
 *       this machine, to a person</td></tr>
 *   <tr><td>Proposed</td><td>this machine, at once: a person is asked</td></tr>
 *   <tr><td>AwaitingApproval</td><td>a person; after {@code ops.approvalTimeout} this machine</td>
 *       </tr>
 *   <tr><td>Approved</td><td>healing of the Claw, by its own intent through the gate; after {@link
 *       #EXECUTION} this machine, unless it is being carried out</td></tr>
 *   <tr><td>terminal</td><td>nobody; after its time to live the record is removed</td></tr>
 * </table>
 *
 * <p>Invariants, and the failure each prevents:
 *
 * <ul>
 *   <li>This machine never says that something was executed: only who did it does, with the receipt
 *       at hand. So there is no way to Executed around the gate.
 *   <li>An approval counts for what the status shows at this moment and not after the deadline,
 *       whatever the policy let through: a proposal that was swapped after it was shown, or a click
 *       that came late, approves nothing.
 *   <li>Nobody's decision counts while confinement is not proven: anybody could have written it.
 *   <li>Every phase ends by itself: a model that is down, a companion that is gone and a person who
 *       sleeps only cost time.
 * </ul>
 */
final class Passage {
  /** How long whoever makes an escalation may take to say what it is. */
  static final Duration BIRTH = Duration.ofMinutes(1);

  /** How long a companion may take: three calls of a model with their pauses, and some more. */
  static final Duration ANALYSIS = Duration.ofMinutes(5);

  /** How long what was approved may wait for its turn. */
  static final Duration EXECUTION = Duration.ofMinutes(10);

  /** How often it is looked whether what is being carried out has ended. */
  static final Duration AGAIN = Duration.ofSeconds(10);

  private Passage() {}

  /**
   * What is decided on.
   *
   * @param escalation the escalation
   * @param now the time
   * @param claw what is known of the Claw it is about
   * @param confined whether agents and companions are proven to be confined in the namespace
   * @param companion user name of a companion that watches the namespace
   * @param timeout how long a person is waited for
   */
  record Situation(
      ClawOpsEscalation escalation,
      Instant now,
      Subject claw,
      boolean confined,
      @Nullable String companion,
      Duration timeout) {

    EscalationStatus status() {
      return Escalations.status(escalation);
    }

    EscalationSpec spec() {
      return escalation.getSpec();
    }

    String name() {
      return escalation.getMetadata().getName();
    }
  }

  /** What is known of the Claw. */
  enum Subject {
    /** There is none of this UID. */
    GONE,
    /** It is there. */
    THERE,
    /** It is there, and its status or its slot still speaks of this escalation. */
    AT_IT
  }

  /** What is to be done. */
  sealed interface Move {}

  /** Nothing until then; null where only a change brings something. */
  record Rest(@Nullable Instant until) implements Move {}

  /** Store this status, then say so. */
  record Turn(EscalationStatus next, List<Notice.OfEscalation> notices) implements Move {
    Turn(EscalationStatus next, Notice.OfEscalation... notices) {
      this(next, List.of(notices));
    }
  }

  /** Remove the record: it has been kept long enough. */
  record Remove() implements Move {}

  static Move next(Situation at) {
    EscalationPhase phase = Escalations.phase(at.escalation());
    if (phase.isTerminal()) {
      return kept(at);
    }
    if (at.claw() == Subject.GONE) {
      return fail(at, "the Claw is gone");
    }
    Approval approval = at.spec().approval();
    if (approval != null && at.confined() && phase != EscalationPhase.Approved) {
      return decided(at, phase, approval);
    }
    return switch (phase) {
      case Pending -> pending(at);
      case Analyzing ->
          isOver(at) ? ask(at, "its companion has not answered in time") : restUntilDeadline(at);
      case Proposed -> ask(at, "there is a proposal");
      case AwaitingApproval -> isOver(at) ? unanswered(at) : restUntilDeadline(at);
      case Approved -> approved(at);
      case Executed, AutoExecuted, Rejected, Failed ->
          throw new IllegalStateException("terminal phases are dealt with before");
    };
  }

  private static Move pending(Situation at) {
    if (at.status().phase() == null && at.claw() == Subject.AT_IT) {
      // However late it is: the Claw's own status says what this is to be told, and will tell it.
      return new Rest(at.now().plus(AGAIN));
    }
    if (at.status().phase() == null) {
      Instant born = Instant.parse(at.escalation().getMetadata().getCreationTimestamp());
      if (at.now().isBefore(born.plus(BIRTH))) {
        return new Rest(born.plus(BIRTH));
      }
    }
    String companion = at.companion();
    if (companion == null || !at.confined()) {
      return ask(at, "no companion watches this namespace");
    }
    Instant until = at.now().plus(ANALYSIS);
    return new Turn(
        EscalationEdit.of(at.status())
            .phase(EscalationPhase.Analyzing, until)
            .assignedTo(companion)
            .done(),
        new Notice.Assigned(at.name(), companion, until));
  }

  private static Move ask(Situation at, String why) {
    return new Turn(
        EscalationEdit.of(at.status())
            .phase(EscalationPhase.AwaitingApproval, at.now().plus(at.timeout()))
            .notified(at.now())
            .done(),
        new Notice.Waits(at.name(), why, proposal(at)));
  }

  private static @Nullable String proposal(Situation at) {
    EscalationStatus status = at.status();
    return status.proposedAction() == null
        ? null
        : status.proposedAction() + ", digest " + status.actionDigest();
  }

  /** Asked again as often as it is worth, then refused: silence is no consent. */
  private static Move unanswered(Situation at) {
    int asked = at.status().notified() == null ? 0 : at.status().notified().size();
    int most =
        switch (at.spec().severity()) {
          case Critical -> 4;
          case High -> 2;
          case Medium, Low -> 1;
        };
    return asked < most
        ? ask(at, "nobody has answered, asked for the " + (asked + 1) + ". time")
        : reject(at, "nobody has decided in time");
  }

  private static Move decided(Situation at, EscalationPhase phase, Approval approval) {
    String by = ForeignText.line(approval.by(), 512);
    if (approval.decision() == Approval.Decision.Reject) {
      String reason = approval.reason();
      String why = reason == null ? "no reason given" : Analysis.harmless(reason, 512);
      return new Turn(
          EscalationEdit.of(at.status())
              .ended(EscalationPhase.Rejected, at.now())
              .decidedBy(by, at.now())
              .reason("rejected: " + why)
              .done(),
          new Notice.Closed(at.name(), EscalationPhase.Rejected.name(), by + ": " + why));
    }
    if (phase != EscalationPhase.AwaitingApproval || isOver(at)) {
      return reject(at, "approved by " + by + " when nothing was waiting for that any more");
    }
    String shown = at.status().actionDigest();
    if (shown == null || !shown.equals(approval.actionDigest())) {
      return reject(at, "what " + by + " approved is not what is proposed");
    }
    return new Turn(
        EscalationEdit.of(at.status())
            .phase(EscalationPhase.Approved, at.now().plus(EXECUTION))
            .decidedBy(by, at.now())
            .done());
  }

  private static Move approved(Situation at) {
    if (!isOver(at)) {
      return restUntilDeadline(at);
    }
    return at.claw() == Subject.AT_IT
        ? new Rest(at.now().plus(AGAIN))
        : fail(at, "what was approved could not be carried out in time");
  }

  private static Move kept(Situation at) {
    String finished =
        Objects.requireNonNullElse(
            at.status().finishedAt(), at.escalation().getMetadata().getCreationTimestamp());
    int seconds =
        Objects.requireNonNullElse(at.spec().ttlSecondsAfterFinished(), EscalationSpec.KEPT);
    Instant end = Instant.parse(finished).plusSeconds(seconds);
    boolean needed = at.claw() == Subject.AT_IT;
    if (at.now().isBefore(end)) {
      return new Rest(end);
    }
    return needed ? new Rest(at.now().plus(AGAIN)) : new Remove();
  }

  private static Move reject(Situation at, String reason) {
    return end(at, EscalationPhase.Rejected, reason);
  }

  private static Move fail(Situation at, String reason) {
    return end(at, EscalationPhase.Failed, reason);
  }

  private static Move end(Situation at, EscalationPhase phase, String reason) {
    return new Turn(
        EscalationEdit.of(at.status()).ended(phase, at.now()).reason(reason).done(),
        new Notice.Closed(at.name(), phase.name(), reason));
  }

  private static boolean isOver(Situation at) {
    String deadline = at.status().deadline();
    return deadline == null || !at.now().isBefore(Instant.parse(deadline));
  }

  private static Move restUntilDeadline(Situation at) {
    return new Rest(Instant.parse(Objects.requireNonNull(at.status().deadline())));
  }
}
