package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConvergenceIT {

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private static final String AGENT =
      """
      apiVersion: claw.prismer.ai/v1alpha1
      kind: Claw
      metadata: {name: my-agent, namespace: NS}
      spec:
        runtime: openclaw
        config: {model: claude-sonnet-4, environment: {LANGUAGE: en}}
        credentials: {secretRef: {name: keys}}
      """;

  private Bed bed;

  @BeforeEach
  void makeBed() {
    bed = new Bed(server, chart);
  }

  @AfterEach
  void clear() {
    bed.close();
  }

  @Test
  void aClawBecomesItsChildrenWithOneWriteEachAndTwoMore() {
    Wire wire = new Wire();
    bed.operator(wire);
    bed.secret("keys", Map.of("ANTHROPIC_API_KEY", "sk-1"));

    bed.make(AGENT);

    bed.awaitPhase("my-agent", Phase.Provisioning);
    bed.pod("my-agent-0");
    bed.quiet(wire);
    assertThat(bed.children().map(child -> child.getKind() + " " + child.getMetadata().getName()))
        .containsExactlyInAnyOrder(
            "StatefulSet my-agent",
            "Service my-agent",
            "Secret my-agent-token",
            "ConfigMap my-agent-config",
            "ServiceAccount my-agent",
            "NetworkPolicy my-agent-netpol",
            "PodDisruptionBudget my-agent");
    assertThat(wire.writesTo(bed.namespace)).hasSizeLessThanOrEqualTo(7 + 2);
  }

  @Test
  void anAgentIsRunningOnlyOnceItsPodIsReady() {
    bed.operator();
    bed.secret("keys", Map.of("ANTHROPIC_API_KEY", "sk-1"));
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Provisioning);
    assertThat(bed.condition("my-agent", "Ready"))
        .hasValueSatisfying(ready -> assertThat(ready.status()).isEqualTo("False"));

    bed.markReady("my-agent-0");

    bed.awaitPhase("my-agent", Phase.Running);
    assertThat(bed.condition("my-agent", "Ready"))
        .hasValueSatisfying(ready -> assertThat(ready.status()).isEqualTo("True"));
  }

  @Test
  void afterConvergenceTenForcedReconciliationsLeaveEveryVersionAsItWas() {
    Wire wire = new Wire();
    ClawOperator operator = bed.operator(wire);
    bed.secret("keys", Map.of("ANTHROPIC_API_KEY", "sk-1"));
    bed.make(AGENT);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    bed.quiet(wire);
    Map<String, String> before = bed.versions();
    wire.forget();

    for (int time = 0; time < 10; time++) {
      operator.trigger().one(bed.namespace, "my-agent");
      bed.quiet(wire);
    }

    assertThat(wire.writesTo(bed.namespace)).isEmpty();
    assertThat(bed.versions()).isEqualTo(before);
  }

  @Test
  void aRestartWritesNothing() {
    ClawOperator first = bed.operator();
    bed.secret("keys", Map.of("ANTHROPIC_API_KEY", "sk-1"));
    bed.make(AGENT);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    first.close();
    Map<String, String> before = bed.versions();

    Wire wire = new Wire();
    bed.operator(wire);
    bed.quiet(wire);

    assertThat(wire.writesTo(bed.namespace)).isEmpty();
    assertThat(bed.versions()).isEqualTo(before);
  }
}
