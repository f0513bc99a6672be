package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationStatus;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.operator.audit.Lifeline;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator dies after each single write between an agent's question and the end of what a person
 * approved, and another one comes after it: the end is the same as if nothing had happened.
 */
@Tag("long")
class ApprovalCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalCrashIT.class);
  private static final int MOST_WRITES = 60;

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @Test
  void whereverAnOperatorDiesWhatWasApprovedIsExecutedOnceAndEndsTheSame() {
    TestClock clock = new TestClock();
    try (HealingBed bed = new HealingBed(server, chart)) {
      KubernetesClient approver = bed.approver();
      Lifeline line = new Lifeline();
      ClawOperator operator = bed.operator(clock, line);
      int writes = 0;
      boolean died = true;
      while (died) {
        assertThat(++writes).isLessThan(MOST_WRITES);
        String name = "agent-" + writes;
        bed.converged(name, "maxMemory: 256Mi, agentIntents: Approve");
        Pod old = bed.pod(name, pod -> true);
        bed.eventually(() ->
            assertThat(bed.admin.rbac().roles().inNamespace(bed.namespace).withName(name).get())
                .isNotNull());
        int before = line.trace().size();

        line.cutAfterWrites(writes);
        bed.askAsAgent(name, "restart-pod", "{\"pod\":\"" + name + "-0\"}", clock);
        approve(bed, name, approver, line::isCut);
        bed.play(name, old, clock, operator, line::isCut);
        died = line.isCut();
        List<String> trace = line.trace();
        LOG.info("write {}: {}", writes, trace.subList(before, trace.size()).getLast());
        if (died) {
          bed.stop(operator);
          line = new Lifeline();
          operator = bed.operator(clock, line);
          approve(bed, name, approver, () -> false);
          bed.play(name, old, clock, operator, () -> false);
        }
        line.mend();

        endedOnce(bed, name);
      }
      assertThat(writes).as("writes of an approved action").isGreaterThan(12);
      assertThat(bed.log().verify()).isInstanceOf(Verified.class);
    }
  }

  /** Says yes as soon as somebody is asked, unless that has been said. */
  private static void approve(
      HealingBed bed, String name, KubernetesClient approver, BooleanSupplier goOn) {
    await()
        .atMost(HealingBed.PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> {
          for (ClawOpsEscalation escalation : bed.escalations(name)) {
            boolean asked = Escalations.phase(escalation) == EscalationPhase.AwaitingApproval;
            if (asked && escalation.getSpec().approval() == null) {
              bed.decide(approver, escalation, "Approve");
            }
            if (escalation.getSpec().approval() != null) {
              return true;
            }
          }
          return goOn.getAsBoolean();
        });
  }

  private static void endedOnce(HealingBed bed, String name) {
    assertThat(bed.ops(name))
        .returns("Healthy", ops -> ops.lastResult())
        .returns(null, ops -> ops.held())
        .returns(null, ops -> ops.refusals());
    assertThat(bed.podsEver(name)).as("pods of %s", name).isEqualTo(2);
    assertThat(bed.story(name)).containsExactly("Hold", "Execute", "Outcome Healthy");
    assertThat(bed.claw(name).getMetadata().getAnnotations())
        .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS);
    assertThat(bed.escalations(name))
        .singleElement()
        .satisfies(escalation ->
            assertThat(escalation.getStatus())
                .returns(EscalationPhase.Executed, EscalationStatus::phase)
                .returns("Healthy", EscalationStatus::result));
  }
}
