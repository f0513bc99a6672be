package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.ClawReference;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.ops.EscalationSpec;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.ops.Trigger;
import ai.prismer.claw.operator.configuration.Companion;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Users;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A companion proposes, a person approves, and the operator dies after each single write between:
 * it is held once, executed once, and the escalation ends as executed.
 */
@Tag("long")
class CompanionCrashIT {
  private static final int MOST_WRITES = 60;

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  @Test
  void whereverAnOperatorDiesAProposalIsHeldOnceAndExecutedOnce() {
    TestClock clock = new TestClock();
    try (HealingBed bed = new HealingBed(server, chart)) {
      var companion = new Companion(bed.namespace + "/companion", List.of(bed.namespace));
      int writes =
          new EveryWrite(bed, clock, List.of(companion))
              .of("agent", MOST_WRITES, new Proposal(bed, clock));

      assertThat(writes).as("writes of a proposal and its end").isGreaterThan(12);
    }
  }

  /** An escalation is given to the companion, which proposes a restart; a person says yes. */
  private record Proposal(
      HealingBed bed,
      TestClock clock,
      KubernetesClient companion,
      Approver approver,
      Map<String, Pod> first)
      implements EveryWrite.Story {
    Proposal(HealingBed bed, TestClock clock) {
      this(
          bed,
          clock,
          server.clientForServiceAccount(bed.namespace, "companion"),
          new Approver(bed),
          new HashMap<>());
    }

    @Override
    public void prepare(String name, ClawOperator operator) {
      bed.converged(name);
      first.put(name, bed.pod(name, any -> true));
      bed.eventually(() ->
          assertThat(companion.resources(Claw.class).inNamespace(bed.namespace).list().getItems())
              .as("the companion has its rights")
              .isNotEmpty());
      Escalations escalations = new Escalations(chart.operator());
      var spec =
          new EscalationSpec(
              new ClawReference(name),
              bed.claw(name).getMetadata().getUid(),
              new Trigger("HighCPU", "no rule", clock.instant().toString(), 1, "runtime"),
              Severity.High,
              null,
              null,
              null,
              null);
      ClawOpsEscalation opened = escalations.open(bed.namespace, about(name), () -> spec);
      try {
        escalations.pending(opened);
      } catch (KubernetesClientException conflict) {
        // The operator was faster: by its clock, which is ahead, whoever made this has died.
      }
      bed.escalation(name, EscalationPhase.Analyzing);
    }

    @Override
    public void begin(String name, BooleanSupplier died) {
      String intent =
          "{\"action\":\"restart-pod\",\"params\":{\"pod\":\"%s-0\"},\"generation\":%d,"
                  .formatted(name, clock.millis())
              + "\"source\":\"companion\",\"escalationRef\":\"%s\"}".formatted(about(name));
      bed.intents.submit(companion, name, intent, Users.self(companion), "llm");
    }

    @Override
    public void play(String name, ClawOperator operator, BooleanSupplier died) {
      approver.saysYes(name, died);
      bed.play(name, Objects.requireNonNull(first.get(name)), clock, operator, died);
    }

    @Override
    public void ended(String name) {
      assertThat(bed.story(name)).containsExactly("Hold", "Execute", "Outcome Healthy");
      assertThat(bed.diary.podsEver(name)).as("pods of %s", name).isEqualTo(2);
      assertThat(bed.escalations(name))
          .singleElement()
          .satisfies(escalation -> {
            assertThat(escalation.getStatus().phase()).isEqualTo(EscalationPhase.Executed);
            assertThat(escalation.getStatus().result()).isEqualTo("Healthy");
          });
      assertThat(bed.claw(name).getMetadata().getAnnotations())
          .doesNotContainKeys(Keys.INTENT, Keys.INTENT_BY, Keys.INTENT_CLASS);
    }

    private static String about(String name) {
      return name + "-incident";
    }
  }
}
