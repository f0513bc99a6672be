package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.ops.Approval;
import ai.prismer.claw.api.ops.Approval.Decision;
import ai.prismer.claw.api.ops.ClawReference;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.EscalationStatus;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.ops.Trigger;
import ai.prismer.claw.operator.ops.Passage.Move;
import ai.prismer.claw.operator.ops.Passage.Situation;
import ai.prismer.claw.operator.ops.Passage.Subject;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PassageTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final String DIGEST = "d".repeat(64);
  private static final String COMPANION = "system:serviceaccount:ops:companion";

  // Pending

  @Test
  void whatIsPendingIsGivenToTheCompanionWithADeadline() {
    EscalationStatus next = turned(at(in(EscalationPhase.Pending, null), COMPANION));

    assertThat(next.phase()).isEqualTo(EscalationPhase.Analyzing);
    assertThat(next.assignedTo()).isEqualTo(COMPANION);
    assertThat(next.deadline()).isEqualTo(NOW.plus(Passage.ANALYSIS).toString());
  }

  @Test
  void withoutACompanionOrWithoutProofOfItsConfinementAPersonIsAskedAtOnce() {
    ClawOpsEscalation pending = in(EscalationPhase.Pending, null);
    for (Situation situation :
        new Situation[] {
          at(pending, null), new Situation(pending, NOW, Subject.THERE, false, COMPANION, TIMEOUT),
        }) {
      EscalationStatus next = turned(situation);
      assertThat(next.phase()).isEqualTo(EscalationPhase.AwaitingApproval);
      assertThat(next.assignedTo()).isNull();
      assertThat(next.deadline()).isEqualTo(NOW.plus(TIMEOUT).toString());
      assertThat(next.notified()).containsExactly(NOW.toString());
    }
  }

  @Test
  void whatHasNoPhaseYetIsLeftToItsMakerForAMinute() {
    ClawOpsEscalation born = with(null, null, null);
    born.getMetadata().setCreationTimestamp(NOW.minusSeconds(59).toString());
    assertThat(Passage.next(at(born, null))).isEqualTo(new Passage.Rest(NOW.plusSeconds(1)));

    born.getMetadata().setCreationTimestamp(NOW.minusSeconds(60).toString());
    assertThat(turned(at(born, null)).phase()).isEqualTo(EscalationPhase.AwaitingApproval);
    assertThat(Passage.next(new Situation(born, NOW, Subject.AT_IT, true, null, TIMEOUT)))
        .as("its maker has died, and the Claw still knows what it is to say")
        .isEqualTo(new Passage.Rest(NOW.plus(Passage.AGAIN)));
  }

  // Analyzing, Proposed

  @Test
  void aCompanionIsWaitedForUntilTheDeadlineAndThenAPersonIsAsked() {
    ClawOpsEscalation analyzing = in(EscalationPhase.Analyzing, NOW.plusMillis(1));
    assertThat(Passage.next(at(analyzing, COMPANION)))
        .isEqualTo(new Passage.Rest(NOW.plusMillis(1)));

    EscalationStatus next = turned(at(in(EscalationPhase.Analyzing, NOW), COMPANION));
    assertThat(next.phase()).isEqualTo(EscalationPhase.AwaitingApproval);
    assertThat(next.actionDigest()).isNull();
  }

  @Test
  void aPersonIsAskedAboutAProposalWithItsDigest() {
    ClawOpsEscalation proposed = proposing(EscalationPhase.Proposed, null, null);

    Move move = Passage.next(at(proposed, null));

    assertThat(move)
        .isInstanceOfSatisfying(
            Passage.Turn.class,
            turn -> {
              assertThat(turn.next().phase()).isEqualTo(EscalationPhase.AwaitingApproval);
              assertThat(turn.notices().toString()).contains("768Mi").contains(DIGEST);
            });
  }

  // AwaitingApproval

  @Test
  void anApprovalOfWhatIsShownIsTakenUnderTheNameOfWhoGaveIt() {
    EscalationStatus next = turned(at(approved(Decision.Approve, DIGEST), null));

    assertThat(next.phase()).isEqualTo(EscalationPhase.Approved);
    assertThat(next.approvedBy()).isEqualTo("alice");
    assertThat(next.approvedAt()).isEqualTo(NOW.toString());
    assertThat(next.deadline()).isEqualTo(NOW.plus(Passage.EXECUTION).toString());
  }

  @Test
  void anApprovalOfAnythingElseApprovesNothing() {
    assertThat(turned(at(approved(Decision.Approve, "e".repeat(64)), null)))
        .returns(EscalationPhase.Rejected, EscalationStatus::phase)
        .returns("what alice approved is not what is proposed", EscalationStatus::rejectionReason);
    assertThat(turned(at(approved(Decision.Approve, null), null)).phase())
        .isEqualTo(EscalationPhase.Rejected);
  }

  @Test
  void anApprovalThatIsSeenAfterTheDeadlineApprovesNothing() {
    ClawOpsEscalation late =
        proposing(
            EscalationPhase.AwaitingApproval,
            NOW,
            new Approval(Decision.Approve, DIGEST, "alice", null, null));

    assertThat(turned(at(late, null)).phase()).isEqualTo(EscalationPhase.Rejected);
  }

  @Test
  void anApprovalCountsNothingWhileConfinementIsNotProven() {
    ClawOpsEscalation approved = approved(Decision.Approve, DIGEST);

    assertThat(Passage.next(new Situation(approved, NOW, Subject.THERE, false, null, TIMEOUT)))
        .isEqualTo(new Passage.Rest(NOW.plusSeconds(60)));
  }

  @ParameterizedTest
  @EnumSource(names = {"Pending", "Analyzing", "Proposed", "AwaitingApproval"})
  void aRejectionEndsEveryPhaseThatIsNotDecidedWithItsReasonMadeHarmless(EscalationPhase phase) {
    Approval no =
        new Approval(Decision.Reject, null, "alice", null, "see https://evil.example/x @bob");

    EscalationStatus next =
        turned(at(with(phase, NOW.plusSeconds(60), no, Severity.High), COMPANION));

    assertThat(next.phase()).isEqualTo(EscalationPhase.Rejected);
    assertThat(next.approvedBy()).isEqualTo("alice");
    assertThat(next.rejectionReason()).isEqualTo("rejected: see (link) bob");
    assertThat(next.finishedAt()).isEqualTo(NOW.toString());
  }

  @ParameterizedTest
  @CsvSource({"Critical, 4", "High, 2", "Medium, 1", "Low, 1"})
  void nobodyIsWaitedForForEverAndTheMoreSevereIsAskedAboutMoreOften(Severity severity, int asked) {
    ClawOpsEscalation waiting = with(EscalationPhase.AwaitingApproval, NOW, null, severity);
    EscalationStatus status = EscalationEdit.of(Escalations.status(waiting)).notified(NOW).done();
    Instant now = NOW;
    int times = 1;
    while (true) {
      waiting.setStatus(status);
      now = now.plus(TIMEOUT);
      status = turned(new Situation(waiting, now, Subject.THERE, true, null, TIMEOUT));
      if (status.phase() != EscalationPhase.AwaitingApproval) {
        break;
      }
      times++;
      assertThat(status.deadline()).isEqualTo(now.plus(TIMEOUT).toString());
    }
    assertThat(times).isEqualTo(asked);
    assertThat(status.phase()).isEqualTo(EscalationPhase.Rejected);
    assertThat(status.rejectionReason()).isEqualTo("nobody has decided in time");
  }

  // Approved

  @Test
  void whatIsApprovedIsHealingsUntilItsDeadlineAndLongerWhileItIsAtIt() {
    ClawOpsEscalation waiting = in(EscalationPhase.Approved, NOW.plusSeconds(1));
    assertThat(Passage.next(at(waiting, null))).isEqualTo(new Passage.Rest(NOW.plusSeconds(1)));

    ClawOpsEscalation over = in(EscalationPhase.Approved, NOW);
    assertThat(Passage.next(new Situation(over, NOW, Subject.AT_IT, true, null, TIMEOUT)))
        .isInstanceOf(Passage.Rest.class);
    assertThat(turned(at(over, null)))
        .returns(EscalationPhase.Failed, EscalationStatus::phase)
        .returns(
            "what was approved could not be carried out in time",
            EscalationStatus::rejectionReason);
  }

  // Every phase

  @ParameterizedTest
  @EnumSource(names = {"Pending", "Analyzing", "Proposed", "AwaitingApproval", "Approved"})
  void nothingWaitsForAClawThatIsGone(EscalationPhase phase) {
    ClawOpsEscalation open = in(phase, NOW.plusSeconds(60));

    assertThat(turned(new Situation(open, NOW, Subject.GONE, true, COMPANION, TIMEOUT)))
        .returns(EscalationPhase.Failed, EscalationStatus::phase)
        .returns("the Claw is gone", EscalationStatus::rejectionReason);
  }

  @ParameterizedTest
  @EnumSource(EscalationPhase.class)
  void noTurnOfThisMachineSaysThatSomethingWasExecuted(EscalationPhase phase) {
    for (Subject subject : Subject.values()) {
      for (Instant deadline : new @Nullable Instant[] {null, NOW, NOW.plusSeconds(60)}) {
        if (deadline == null
            && (phase == EscalationPhase.Analyzing
                || phase == EscalationPhase.AwaitingApproval
                || phase == EscalationPhase.Approved)) {
          continue;
        }
        for (Approval approval :
            new @Nullable Approval[] {
              null, new Approval(Decision.Approve, DIGEST, "alice", null, null)
            }) {
          ClawOpsEscalation escalation = proposing(phase, deadline, approval);
          Move move =
              Passage.next(new Situation(escalation, NOW, subject, true, COMPANION, TIMEOUT));
          if (move instanceof Passage.Turn turn) {
            assertThat(phase.isTerminal()).isFalse();
            assertThat(turn.next().phase())
                .isNotIn(EscalationPhase.Executed, EscalationPhase.AutoExecuted);
            assertThat(turn.next().executedAction()).isNull();
          }
        }
      }
    }
  }

  @Test
  void whatHasEndedIsKeptAWeekAndThenRemovedUnlessHealingIsStillAtIt() {
    ClawOpsEscalation ended = in(EscalationPhase.Rejected, null);
    ended.setStatus(
        EscalationEdit.of(Escalations.status(ended))
            .ended(EscalationPhase.Rejected, NOW.minus(Duration.ofDays(7)).plusSeconds(1))
            .done());
    assertThat(Passage.next(at(ended, null))).isEqualTo(new Passage.Rest(NOW.plusSeconds(1)));

    Instant later = NOW.plusSeconds(1);
    assertThat(Passage.next(new Situation(ended, later, Subject.THERE, true, null, TIMEOUT)))
        .isEqualTo(new Passage.Remove());
    assertThat(Passage.next(new Situation(ended, later, Subject.AT_IT, true, null, TIMEOUT)))
        .isInstanceOf(Passage.Rest.class);
  }

  private static EscalationStatus turned(Situation situation) {
    Move move = Passage.next(situation);
    assertThat(move).isInstanceOf(Passage.Turn.class);
    return ((Passage.Turn) move).next();
  }

  private static Situation at(ClawOpsEscalation escalation, @Nullable String companion) {
    return new Situation(escalation, NOW, Subject.THERE, true, companion, TIMEOUT);
  }

  private static ClawOpsEscalation approved(Decision decision, @Nullable String digest) {
    return proposing(
        EscalationPhase.AwaitingApproval,
        NOW.plusSeconds(60),
        new Approval(decision, digest, "alice", null, null));
  }

  private static ClawOpsEscalation proposing(
      EscalationPhase phase, @Nullable Instant deadline, @Nullable Approval approval) {
    return edited(
        with(phase, deadline, approval, Severity.Medium),
        edit ->
            edit.proposal(
                "{\"action\":\"bump-memory\",\"params\":{\"target\":\"768Mi\"}}", DIGEST));
  }

  private static ClawOpsEscalation in(EscalationPhase phase, @Nullable Instant deadline) {
    return with(phase, deadline, null);
  }

  private static ClawOpsEscalation with(
      @Nullable EscalationPhase phase, @Nullable Instant deadline, @Nullable Approval approval) {
    return with(phase, deadline, approval, Severity.High);
  }

  private static ClawOpsEscalation with(
      @Nullable EscalationPhase phase,
      @Nullable Instant deadline,
      @Nullable Approval approval,
      Severity severity) {
    ClawOpsEscalation escalation = new ClawOpsEscalation();
    escalation.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("team-a")
            .withName("agent-ops-1")
            .withCreationTimestamp(NOW.minus(Duration.ofDays(8)).toString())
            .build());
    escalation.setSpec(
        new EscalationSpec(
            new ClawReference("agent"),
            "claw-uid",
            new Trigger("HighCPU", null, NOW.toString(), 1, "runtime"),
            severity,
            null,
            null,
            null,
            approval));
    return phase == null ? escalation : edited(escalation, edit -> edit.phase(phase, deadline));
  }

  private static ClawOpsEscalation edited(
      ClawOpsEscalation escalation, UnaryOperator<EscalationEdit> edit) {
    escalation.setStatus(edit.apply(EscalationEdit.of(Escalations.status(escalation))).done());
    return escalation;
  }
}
