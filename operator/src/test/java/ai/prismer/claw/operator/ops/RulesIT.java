package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rules that an administrator changes while the operator runs. */
class RulesIT {
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
    bed.admin.configMaps().inNamespace(chart.namespace()).withName(Keys.RULES_CONFIG_MAP).delete();
  }

  @Test
  void aChangedRuleIsInForceWithoutARestartAndABadOneIsSaidOnTheConfigMap() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.kill("agent", old, 1);
    bed.eventually(() -> assertThat(bed.ops("agent").recentSignals()).hasSize(1));

    rules(
        """
        rules:
          - {id: oom-bump-memory, minCount: 1, factor: 2}
          - {id: high-cpu-bump-cpu, factor: many}
        """);

    Pod healed = bed.podOtherThan("agent", old);
    assertThat(Pods.memoryLimit(healed)).hasValue(128L << 20);
    bed.eventually(() ->
        assertThat(
                bed.admin.v1().events().inNamespace(chart.namespace()).list().getItems().stream()
                    .filter(event -> "RuleSkipped".equals(event.getReason()))
                    .map(Event::getMessage))
            .contains("rules.yaml: rules[1] is left out: factor \"many\" is no number"));
  }

  @Test
  void anEvictedPodThatItsControllerReplacesIsNoneOfOurs() {
    bed.converged("agent");
    Pod old = bed.pod("agent", pod -> true);
    bed.evict("agent", old);
    bed.eventually(
        () -> assertThat(bed.podOtherThan("agent", old)).as("by whoever is first").isNotNull());
    clock.forward(Duration.ofSeconds(61));
    operator.trigger().one(bed.namespace, "agent");
    bed.eventually(() -> assertThat(bed.ops("agent").recentSignals()).isNull());
    assertThat(bed.story("agent")).as("it was not the operator").isEmpty();
  }

  private void rules(String yaml) {
    bed.admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(chart.namespace())
                .withName(Keys.RULES_CONFIG_MAP)
                .endMetadata()
                .addToData(Keys.RULES_KEY, yaml)
                .build())
        .create();
  }
}
