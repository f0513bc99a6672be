package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Heals, end to end, by one operator with the account, the roles and the policies of the chart. */
class HealingIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private final TestClock clock = new TestClock();
  private HealingBed bed;
  private ClawOperator operator;

  @BeforeEach
  void start() {
    bed = new HealingBed(server, chart);
    operator = bed.operator(clock);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void twoKillsAreAnsweredByMoreMemoryANewPodAndTwoReceipts() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    long generation = bed.claw("agent").getMetadata().getGeneration();

    bed.killTwice("agent", old);
    Pod healed = bed.podOtherThan("agent", old);

    assertThat(Pods.memoryLimit(healed)).hasValue(96L << 20);
    bed.verify("agent", healed, clock, operator);
    bed.awaitEnd("agent", "Healthy");
    assertThat(bed.adjustments("agent")).singleElement().extracting("value").isEqualTo("96Mi");
    assertThat(bed.claw("agent").getMetadata().getGeneration())
        .as("the spec is never written")
        .isEqualTo(generation);
    assertThat(bed.claw("agent").getMetadata().getAnnotations())
        .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS);
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy");
    assertThat(bed.log().verify()).isInstanceOf(Verified.class);
    assertThat(bed.escalations("agent"))
        .singleElement()
        .satisfies(escalation -> {
          assertThat(escalation.getStatus().phase()).isEqualTo(EscalationPhase.AutoExecuted);
          assertThat(escalation.getStatus().matchedRule()).isEqualTo("oom-bump-memory");
          assertThat(escalation.getStatus().executedAction())
              .isEqualTo("bump-memory from 64Mi to 96Mi");
          assertThat(escalation.getStatus().result()).isEqualTo("Healthy");
          assertThat(escalation.getStatus().receiptRef()).startsWith("receipt-");
          assertThat(escalation.getSpec().trigger().count()).isEqualTo(2);
        });
    assertThat(bed.events("agent"))
        .anyMatch(event -> event.startsWith("OpsSignal: OOMKilled of container runtime"))
        .anyMatch(event -> event.startsWith("AutoRemediation: rule oom-bump-memory"))
        .anyMatch(event -> event.startsWith("OpsIntentAccepted: bump-memory from 64Mi to 96Mi"))
        .anyMatch(event -> event.startsWith("OpsIntentExecuted: bump-memory from 64Mi to 96Mi"))
        .anyMatch(event -> event.startsWith("OpsIntentVerified: Healthy"));
  }
}
