package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.receipt.Verification.Verified;
import ai.prismer.claw.operator.audit.Lifeline;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator that dies after the n-th write of a heal, for every n, and another one that comes
 * after it: the end is the same as if nothing had happened.
 */
@Tag("long")
class HealingCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(HealingCrashIT.class);

  /** A heal has fewer writes; a test that needs more never ends. */
  private static final int MOST_WRITES = 60;

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @Test
  void whereverAnOperatorDiesTheHealIsExecutedOnceAndEndsTheSame() {
    TestClock clock = new TestClock();
    try (HealingBed bed = new HealingBed(server, chart)) {
      Lifeline line = new Lifeline();
      ClawOperator operator = bed.operator(clock, line);
      int writes = 0;
      boolean died = true;
      while (died) {
        assertThat(++writes).isLessThan(MOST_WRITES);
        String name = "agent-" + writes;
        bed.converged(name);
        Pod old = bed.pod(name, pod -> true);
        int before = line.trace().size();

        line.cutAfterWrites(writes);
        bed.killTwice(name, old, clock, line::isCut);
        bed.play(name, old, clock, operator, line::isCut);
        died = line.isCut();
        List<String> trace = line.trace();
        LOG.info("write {}: {}", writes, trace.subList(before, trace.size()).getLast());
        if (died) {
          bed.stop(operator);
          line = new Lifeline();
          operator = bed.operator(clock, line);
          bed.play(name, old, clock, operator, () -> false);
        }
        line.mend();

        endedOnce(bed, name);
      }
      assertThat(writes).as("writes of a heal").isGreaterThan(12);
      assertThat(bed.log().verify()).isInstanceOf(Verified.class);
    }
  }

  private static void endedOnce(HealingBed bed, String name) {
    OpsStatus ops = bed.ops(name);
    assertThat(ops.lastResult()).isEqualTo("Healthy");
    assertThat(ops.adjustments()).singleElement().extracting("value").isEqualTo("96Mi");
    assertThat(ops.refusals()).isNull();
    assertThat(bed.podsEver(name)).as("pods of %s", name).isEqualTo(2);
    assertThat(bed.wantedLimit(name)).isEqualTo(96L << 20);
    assertThat(bed.story(name)).containsExactly("Execute", "Outcome Healthy");
    assertThat(bed.claw(name).getMetadata().getGeneration()).isEqualTo(1);
    assertThat(bed.claw(name).getMetadata().getAnnotations())
        .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS);
    assertThat(bed.escalations(name))
        .singleElement()
        .satisfies(escalation -> {
          assertThat(escalation.getStatus().phase()).isEqualTo(EscalationPhase.AutoExecuted);
          assertThat(escalation.getStatus().result()).isEqualTo("Healthy");
          assertThat(escalation.getStatus().receiptRef()).isNotNull();
        });
  }
}
