package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.status.OpsStatus;
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
 * An operator that dies after the n-th write of a heal, for every n, and another one that comes
 * after it: the end is the same as if nothing had happened.
 */
@Tag("long")
class HealingCrashIT {
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
      int writes = new EveryWrite(bed, clock).of("agent", MOST_WRITES, new Heal(bed, clock));

      assertThat(writes).as("writes of a heal").isGreaterThan(12);
    }
  }

  /** The kernel kills twice, a rule heals. */
  private record Heal(HealingBed bed, TestClock clock, Map<String, Pod> killed)
      implements EveryWrite.Story {
    Heal(HealingBed bed, TestClock clock) {
      this(bed, clock, new HashMap<>());
    }

    @Override
    public void prepare(String name, ClawOperator operator) {
      bed.converged(name);
      killed.put(name, bed.pod(name, pod -> true));
    }

    @Override
    public void begin(String name, BooleanSupplier died) {
      bed.kubelet.killTwice(name, Objects.requireNonNull(killed.get(name)), clock, died);
    }

    @Override
    public void play(String name, ClawOperator operator, BooleanSupplier died) {
      bed.play(name, Objects.requireNonNull(killed.get(name)), clock, operator, died);
    }

    @Override
    public void ended(String name) {
      endedOnce(bed, name);
    }
  }

  private static void endedOnce(HealingBed bed, String name) {
    OpsStatus ops = bed.ops(name);
    assertThat(ops.lastResult()).isEqualTo("Healthy");
    assertThat(ops.adjustments()).singleElement().extracting("value").isEqualTo("96Mi");
    assertThat(ops.refusals()).isNull();
    assertThat(bed.diary.podsEver(name)).as("pods of %s", name).isEqualTo(2);
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
