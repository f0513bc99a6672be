package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.Kubelet;
import ai.prismer.claw.operator.configuration.OperatorConfiguration.MeteringSources;
import ai.prismer.claw.operator.model.KubeletWords;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loads measured by a kubelet, as far as an API server can tell: the token, the rights, the
 * signals, and the writes that there are and are not.
 */
class MeteringIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private static final String NODE = "measured";
  private static final long MI = 1L << 20;

  @TempDir private Path folder;
  private final TestClock clock = new TestClock();
  private HealingBed bed;
  private MeasuringKubelet kubelet;
  private ClawOperator operator;

  @BeforeEach
  void start() throws IOException, GeneralSecurityException, InterruptedException {
    bed = new HealingBed(server, chart);
    kubelet = new MeasuringKubelet(bed.admin, NODE, folder);
    node();
    rules();
    operator =
        bed.operators.start(
            clock, new MeteringSources(true, new Kubelet(true, kubelet.certificate(), null, null)));
  }

  @AfterEach
  void stop() {
    bed.close();
    kubelet.close();
    bed.admin.nodes().withName(NODE).delete();
  }

  @Test
  void memoryThatClimbsIsAnsweredWhereTheContainerStandsBeforeTheKernelHasTo() {
    bed.make("agent", "maxMemory: 256Mi");
    Pod pod = placed();
    running(pod, 64);
    kubelet.uses(bed.namespace, "agent-0", 30 * MI);
    bed.eventually(() -> assertThat(kubelet.callers()).hasSizeGreaterThan(1));
    assertThat(kubelet.callers())
        .as("an account that may read measurements and nothing else")
        .containsOnly("system:serviceaccount:" + chart.namespace() + ":k8s4claw-metering");
    String quiet = bed.claw("agent").getMetadata().getResourceVersion();
    kubelet.uses(bed.namespace, "agent-0", 50 * MI);
    int asked = kubelet.callers().size();
    bed.eventually(() -> assertThat(kubelet.callers()).hasSizeGreaterThan(asked + 2));
    assertThat(bed.claw("agent").getMetadata().getResourceVersion())
        .as("samples are not written down")
        .isEqualTo(quiet);

    kubelet.uses(bed.namespace, "agent-0", 60 * MI);

    bed.eventually(() ->
        assertThat(
                bed.pod("agent", any -> true)
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .getResources()
                    .getLimits())
            .as("asked of the kubelet")
            .containsEntry("memory", new Quantity("96Mi")));
    bed.eventually(() ->
        assertThat(bed.ops("agent").recentSignals())
            .singleElement()
            .satisfies(signal -> {
              assertThat(signal.type()).isEqualTo("HighMemory");
              assertThat(signal.podUid()).isEqualTo(Pods.uid(pod));
              assertThat(signal.container()).isEqualTo("runtime");
              assertThat(signal.since()).isNotNull();
            }));
    running(bed.pod("agent", any -> true), 96);
    bed.eventually(() ->
        assertThat(bed.ops("agent").recentSignals())
            .as("60Mi of 96Mi is not much")
            .allMatch(signal -> signal.endedAt() != null));
    bed.eventually(
        () -> assertThat(bed.ops("agent").inFlight()).extracting("verifyingSince").isNotNull());
    clock.forward(HealingBed.WINDOW.plusSeconds(1));
    operator.trigger().one(bed.namespace, "agent");
    bed.awaitEnd("agent", "Healthy");
    assertThat(bed.diary.podsEver("agent")).as("the same pod").isEqualTo(1);
    assertThat(bed.story("agent")).containsExactly("Execute", "Outcome Healthy");
    assertThat(bed.escalations("agent"))
        .singleElement()
        .satisfies(escalation ->
            assertThat(escalation.getStatus().matchedRule()).isEqualTo("high-memory-bump-memory"));
  }

  private void node() {
    bed.admin
        .resource(new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build())
        .create();
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    bed.admin
        .nodes()
        .withName(NODE)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status": {
              "capacity": {"memory": "8Gi", "cpu": "4"},
              "allocatable": {"memory": "8Gi", "cpu": "4"},
              "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
              "daemonEndpoints": {"kubeletEndpoint": {"Port": %2$d}},
              "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady",
                "lastHeartbeatTime": "%1$s", "lastTransitionTime": "%1$s"}]}}
            """
                .formatted(now, kubelet.port()));
    bed.admin
        .nodes()
        .withName(NODE)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"taints\": null}}");
  }

  private void rules() {
    bed.admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(chart.namespace())
                .withName(Keys.RULES_CONFIG_MAP)
                .endMetadata()
                .withData(Map.of("signals", "HighMemory: {above: 0.9, for: 3s}"))
                .build())
        .serverSideApply();
  }

  private Pod placed() {
    Pod pod = bed.pod("agent", any -> true);
    bed.admin
        .bindings()
        .inNamespace(bed.namespace)
        .resource(
            new BindingBuilder()
                .withNewMetadata()
                .withNamespace(bed.namespace)
                .withName("agent-0")
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(NODE)
                .endTarget()
                .build())
        .create();
    return pod;
  }

  /** What a kubelet says of a pod that is ready and whose cgroup has this much memory. */
  private void running(Pod pod, long mebibytes) {
    bed.admin
        .pods()
        .inNamespace(bed.namespace)
        .withName("agent-0")
        .editStatus(now ->
            KubeletWords.running(
                now,
                KubeletWords.container(pod, Map.of("memory", new Quantity(mebibytes + "Mi")))
                    .withStarted(true)
                    .editState()
                    .editRunning()
                    .withStartedAt(
                        Instant.now()
                            .minus(Duration.ofMinutes(1))
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString())
                    .endRunning()
                    .endState()));
  }
}
