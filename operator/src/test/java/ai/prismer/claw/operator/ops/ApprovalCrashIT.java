package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationStatus;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An operator dies after each single write between an agent's question and the end of what a person
 * approved, and another one comes after it: the end is the same as if nothing had happened.
 */
@Tag("long")
class ApprovalCrashIT {
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
      int writes =
          new EveryWrite(bed, clock)
              .of("agent", MOST_WRITES, new Approval(bed, clock, new Approver(bed)));

      assertThat(writes).as("writes of an approved action").isGreaterThan(12);
    }
  }

  /** An agent asks, a person says yes, the operator acts. */
  private record Approval(
      HealingBed bed, TestClock clock, Approver approver, Map<String, Pod> first)
      implements EveryWrite.Story {
    Approval(HealingBed bed, TestClock clock, Approver approver) {
      this(bed, clock, approver, new HashMap<>());
    }

    @Override
    public void prepare(String name, ClawOperator operator) {
      bed.converged(name, "maxMemory: 256Mi, agentIntents: Approve");
      first.put(name, bed.pod(name, pod -> true));
      bed.eventually(() ->
          assertThat(bed.admin.rbac().roles().inNamespace(bed.namespace).withName(name).get())
              .isNotNull());
    }

    @Override
    public void begin(String name, BooleanSupplier died) {
      bed.intents.askAsAgent(name, "restart-pod", "{\"pod\":\"" + name + "-0\"}", clock);
    }

    @Override
    public void play(String name, ClawOperator operator, BooleanSupplier died) {
      approver.saysYes(name, died);
      bed.play(name, Objects.requireNonNull(first.get(name)), clock, operator, died);
    }

    @Override
    public void ended(String name) {
      endedOnce(bed, name);
    }
  }

  private static void endedOnce(HealingBed bed, String name) {
    assertThat(bed.ops(name))
        .returns("Healthy", ops -> ops.lastResult())
        .returns(null, ops -> ops.held())
        .returns(null, ops -> ops.refusals());
    assertThat(bed.diary.podsEver(name)).as("pods of %s", name).isEqualTo(2);
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
