package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationStatus;
import ai.prismer.claw.testkit.attack.Users;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What an agent may only propose waits for a person, and is carried out as that person said. */
class ApprovalIT extends HealingScene {
  private static final String APPROVE = "maxMemory: 256Mi, agentIntents: Approve";
  private static final String RESTART = "{\"pod\":\"agent-0\"}";

  private Approver approver;
  private Pod old;

  @BeforeEach
  void start() {
    approver = new Approver(bed);
    bed.converged("agent", APPROVE);
    old = bed.pod("agent", pod -> true);
  }

  @Test
  void aProposalFreesTheSlotWaitsAndIsCarriedOutOnceAPersonSaysYes() {
    bed.intents.askAsAgent("agent", "restart-pod", RESTART, clock);

    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);
    bed.intents.awaitNone("agent");
    EscalationStatus shown = Escalations.status(waiting);
    assertThat(waiting.getSpec().trigger().type()).isEqualTo("AgentIntent");
    assertThat(waiting.getSpec().severity()).hasToString("Medium");
    assertThat(waiting.getSpec().metricSnapshot()).containsEntry("memoryLimit/agent-0", "64Mi");
    assertThat(shown.proposedAction())
        .isEqualTo("{\"action\":\"restart-pod\",\"params\":{\"pod\":\"agent-0\"}}");
    assertThat(shown.actionDigest()).hasSize(64);
    assertThat(shown.notified()).hasSize(1);
    assertThat(bed.story("agent")).containsExactly("Hold");
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
    assertThat(bed.ops("agent").held())
        .extracting("escalation")
        .isEqualTo(waiting.getMetadata().getName());

    approver.decide(waiting, "Approve");
    Pod restarted = bed.podOtherThan("agent", old);
    bed.verify("agent", restarted, clock, operator);
    bed.awaitEnd("agent", "Healthy");

    assertThat(bed.diary.podsEver("agent")).isEqualTo(2);
    assertThat(bed.story("agent")).containsExactly("Hold", "Execute", "Outcome Healthy");
    assertThat(bed.ops("agent").held()).isNull();
    assertThat(bed.escalation("agent", EscalationPhase.Executed).getStatus())
        .returns(approver.name(), EscalationStatus::approvedBy)
        .returns("kubernetes", EscalationStatus::approvedVia)
        .returns("restart-pod agent-0", EscalationStatus::executedAction)
        .returns("Healthy", EscalationStatus::result)
        .satisfies(status -> assertThat(status.receiptRef()).startsWith("receipt-"));
    assertThat(bed.events("agent"))
        .anyMatch(event -> event.startsWith("OpsIntentHeld: restart-pod agent-0"))
        .anyMatch(event ->
            event.startsWith("OpsEscalated: escalation ")
                && event.contains(Objects.requireNonNull(shown.actionDigest()))
                && event.contains("kubectl claw approve"))
        .anyMatch(event -> event.startsWith("ApprovedRemediation: restart-pod agent-0, approved"));
    bed.awaitVerifiedLog();
  }

  @Test
  void oneProposalWaitsAtATimeAndAfterANoThereIsRoomForAnother() {
    bed.intents.askAsAgent("agent", "restart-pod", RESTART, clock);
    ClawOpsEscalation first = bed.escalation("agent", EscalationPhase.AwaitingApproval);
    bed.intents.awaitNone("agent");

    bed.intents.askAsAgent("agent", "rollout-restart", "{}", clock);
    bed.eventually(
        () -> assertThat(bed.story("agent")).containsExactly("Hold", "Reject hold-pending"));
    bed.intents.awaitNone("agent");
    approver.decide(first, "Reject");

    EscalationStatus rejected = bed.escalation("agent", EscalationPhase.Rejected).getStatus();
    assertThat(rejected.approvedBy()).isEqualTo(approver.name());
    bed.eventually(() -> assertThat(bed.ops("agent").held()).isNull());
    clock.forward(Duration.ofSeconds(1));
    bed.intents.askAsAgent("agent", "rollout-restart", "{}", clock);
    bed.escalation("agent", EscalationPhase.AwaitingApproval);
    assertThat(bed.diary.podsEver("agent")).as("nobody said yes").isEqualTo(1);
  }

  @RepeatedTest(3)
  void ofTwoPeopleWhoDecideAtOnceTheFirstCounts() throws Exception {
    Approver other = new Approver(bed, "other");
    bed.intents.askAsAgent("agent", "restart-pod", RESTART, clock);
    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);

    List<Boolean> taken;
    try (ExecutorService people = Executors.newFixedThreadPool(2)) {
      CyclicBarrier together = new CyclicBarrier(2);
      Future<Boolean> yes = people.submit(() -> decided(approver, waiting, "Approve", together));
      Future<Boolean> no = people.submit(() -> decided(other, waiting, "Reject", together));
      taken = List.of(yes.get(), no.get());
    }

    assertThat(taken).containsExactlyInAnyOrder(true, false);
    if (taken.getFirst()) {
      bed.podOtherThan("agent", old);
      assertThat(bed.escalation("agent", EscalationPhase.Executed).getStatus().approvedBy())
          .isEqualTo(approver.name());
    } else {
      assertThat(bed.escalation("agent", EscalationPhase.Rejected).getStatus().approvedBy())
          .isEqualTo(other.name());
      bed.staysSo(same -> assertThat(same.diary.podsEver("agent")).isEqualTo(1));
    }
  }

  /** Whether the server took the decision. */
  private boolean decided(
      Approver person, ClawOpsEscalation waiting, String decision, CyclicBarrier together)
      throws Exception {
    together.await();
    try {
      person.decide(waiting, decision);
      return true;
    } catch (KubernetesClientException refused) {
      assertThat(refused.getMessage()).containsAnyOf("decided on once", "has ended");
      return false;
    }
  }

  @Test
  void silenceIsNoConsent() {
    bed.intents.askAsAgent("agent", "restart-pod", RESTART, clock);
    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);

    clock.forward(Duration.ofMinutes(30));
    operator.trigger().all();

    assertThat(bed.escalation("agent", EscalationPhase.Rejected).getStatus().rejectionReason())
        .isEqualTo("nobody has decided in time");
    bed.eventually(() -> assertThat(bed.ops("agent").held()).isNull());
    assertThatThrownBy(() -> approver.decide(waiting, "Approve"))
        .hasMessageContaining("this escalation has ended");
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
  }

  @Test
  void whatWasApprovedIsRefusedWhereTheBoundsOfItsMomentSaySo() {
    bed.intents.askAsAgent("agent", "bump-memory", "{\"target\":\"100Mi\"}", clock);
    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);
    bed.at("agent")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"ops\":{\"maxMemory\":\"80Mi\"}}}");

    approver.decide(waiting, "Approve");

    EscalationStatus failed = bed.escalation("agent", EscalationPhase.Failed).getStatus();
    assertThat(failed.rejectionReason()).contains("spec.ops.maxMemory 80Mi");
    assertThat(failed.approvedBy()).isEqualTo(approver.name());
    bed.intents.awaitNone("agent");
    assertThat(bed.story("agent")).containsExactly("Hold", "Reject above-maximum");
    bed.eventually(() -> assertThat(bed.ops("agent").held()).isNull());
    bed.staysSo(after -> {
      assertThat(after.story("agent")).hasSize(2);
      assertThat(after.diary.podsEver("agent")).isEqualTo(1);
    });
  }

  @Test
  void whatWasApprovedWaitsWhileTheClawIsPausedAndIsOverAfterItsTime() {
    bed.intents.askAsAgent("agent", "restart-pod", RESTART, clock);
    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);
    bed.intents.awaitNone("agent");
    bed.annotate("agent", Keys.PAUSED, "true");
    approver.decide(waiting, "Approve");
    bed.escalation("agent", EscalationPhase.Approved);
    bed.staysSo(after -> assertThat(after.story("agent")).containsExactly("Hold"));

    clock.forward(Passage.EXECUTION);
    bed.annotate("agent", Keys.PAUSED, null);
    bed.eventually(() -> assertThat(bed.ops("agent").held()).isNull());
    operator.trigger().all();

    assertThat(bed.escalation("agent", EscalationPhase.Failed).getStatus().rejectionReason())
        .isEqualTo("what was approved could not be carried out in time");
    assertThat(bed.diary.podsEver("agent")).isEqualTo(1);
  }

  @Test
  void aManagersOwnIntentAnswersAnEscalation() {
    bed.intents.askAsAgent("agent", "restart-pod", RESTART, clock);
    ClawOpsEscalation waiting = bed.escalation("agent", EscalationPhase.AwaitingApproval);
    bed.intents.awaitNone("agent");

    bed.intents.submit(
        "agent",
        "{\"action\":\"restart-pod\",\"params\":%s,\"generation\":%d,\"source\":\"me\",\"escalationRef\":\"%s\"}"
            .formatted(RESTART, clock.millis() + 1, waiting.getMetadata().getName()));
    bed.verify("agent", bed.podOtherThan("agent", old), clock, operator);
    bed.awaitEnd("agent", "Healthy");

    assertThat(bed.escalation("agent", EscalationPhase.Executed).getStatus())
        .returns(Users.self(bed.admin), EscalationStatus::approvedBy)
        .returns("Healthy", EscalationStatus::result);
    assertThat(bed.ops("agent").held()).isNull();
    assertThat(bed.diary.podsEver("agent")).isEqualTo(2);
  }

  @Test
  void whatHasEndedIsRemovedAfterItsTimeToLive() {
    bed.intents.askAsAgent("agent", "restart-pod", RESTART, clock);
    approver.decide(bed.escalation("agent", EscalationPhase.AwaitingApproval), "Reject");
    bed.escalation("agent", EscalationPhase.Rejected);
    bed.eventually(() -> assertThat(bed.ops("agent").held()).isNull());

    clock.forward(Duration.ofDays(7).plusSeconds(1));
    operator.trigger().all();

    bed.eventually(() -> assertThat(bed.escalations("agent")).isEmpty());
  }
}
