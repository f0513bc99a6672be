package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Users;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An agent's intent stands in the slot when a rule needs it, and the operator dies after each
 * single write: the intent yields once, has its receipt once, and the heal is executed once.
 */
@Tag("long")
class SlotCrashIT {
  private static final int MOST_WRITES = 60;

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @Test
  void whereverAnOperatorDiesATakenSlotYieldsOnce() {
    TestClock clock = new TestClock();
    try (HealingBed bed = new HealingBed(server, chart)) {
      int writes = new EveryWrite(bed, clock).of("agent", MOST_WRITES, new TakeOver(bed, clock));

      assertThat(writes).as("writes of a take-over and a heal").isGreaterThan(12);
    }
  }

  /** The kernel kills for the second time while the agent asks for a restart. */
  private record TakeOver(HealingBed bed, TestClock clock, Map<String, Pod> first)
      implements EveryWrite.Story {
    TakeOver(HealingBed bed, TestClock clock) {
      this(bed, clock, new HashMap<>());
    }

    @Override
    public void prepare(String name, ClawOperator operator) {
      bed.converged(name, "maxMemory: 256Mi, agentIntents: Auto");
      Pod pod = bed.pod(name, any -> true);
      first.put(name, pod);
      bed.kubelet.kill(name, pod, "runtime", 1, clock.instant());
      bed.eventually(() -> assertThat(bed.ops(name).recentSignals()).hasSize(1));
      bed.eventually(() ->
          assertThat(bed.admin.rbac().roles().inNamespace(bed.namespace).withName(name).get())
              .isNotNull());
    }

    @Override
    public boolean beginsAtOnce() {
      return true;
    }

    @Override
    public void begin(String name, BooleanSupplier died) {
      KubernetesClient agent = server.clientForServiceAccount(bed.namespace, name);
      String intent = Intents.of("restart-pod", "{\"pod\":\"" + name + "-0\"}", clock.millis());
      await()
          .atMost(HealingBed.PATIENCE)
          // Its right is there, and the authorizer may not have seen it yet.
          .ignoreExceptions()
          .until(() -> {
            bed.intents.submit(agent, name, intent, Users.self(agent), "llm");
            return true;
          });
      Pod pod = Objects.requireNonNull(first.get(name));
      bed.kubelet.kill(name, pod, "runtime", 2, clock.instant());
    }

    @Override
    public void play(String name, ClawOperator operator, BooleanSupplier died) {
      bed.play(name, Objects.requireNonNull(first.get(name)), clock, operator, died);
    }

    @Override
    public void ended(String name) {
      assertThat(bed.story(name)).containsExactly("Reject displaced", "Execute", "Outcome Healthy");
      assertThat(bed.diary.podsEver(name)).as("pods of %s", name).isEqualTo(2);
      assertThat(bed.wantedLimit(name)).isEqualTo(96L << 20);
      assertThat(bed.claw(name).getMetadata().getAnnotations())
          .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS);
    }
  }
}
