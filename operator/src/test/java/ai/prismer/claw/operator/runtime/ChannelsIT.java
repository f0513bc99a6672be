package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChannelsIT {

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
        channels: [{name: web}]
      """;

  private static final String CHANNEL =
      """
      apiVersion: claw.prismer.ai/v1alpha1
      kind: ClawChannel
      metadata: {name: web, namespace: NS}
      spec:
        type: webhook
        credentials: {secretRef: {name: hook}}
      """;

  private Bed bed;

  @BeforeEach
  void makeBed() {
    bed = new Bed(server, chart);
  }

  @AfterEach
  void clear() {
    bed.close();
    bed.admin
        .resources(ClawChannel.class)
        .inNamespace(bed.namespace)
        .list()
        .getItems()
        .forEach(channel ->
            bed.admin
                .resource(channel)
                .patch(
                    PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}"));
    bed.admin.resources(ClawChannel.class).inNamespace(bed.namespace).delete();
  }

  @Test
  void anAgentGetsItsChannelWhenTheChannelAndItsSecretAreThere() {
    Wire wire = new Wire();
    ClawOperator operator = bed.operator(wire);
    bed.make(AGENT);
    bed.awaitCondition(
        "my-agent",
        "ChannelsReady",
        condition -> {
          assertThat(condition.reason()).isEqualTo("ChannelNotFound");
          assertThat(condition.message()).contains("channel web");
        });
    assertThat(states())
        .singleElement()
        .satisfies(state -> {
          assertThat(state.status()).isEqualTo(ChannelReadiness.Unusable);
          assertThat(state.lastError()).contains("does not exist");
        });
    await().atMost(Bed.PATIENCE).until(() -> workload().get() != null);
    assertThat(sidecars()).as("without a channel there is no bus").isEmpty();

    bed.make(CHANNEL);
    bed.awaitCondition(
        "my-agent",
        "ChannelsReady",
        condition -> assertThat(condition.reason()).isEqualTo("SecretNotFound"));
    assertThat(sidecars()).as("a missing Secret keeps the pod as it is").isEmpty();

    bed.secret("hook", Map.of("WEBHOOK_SECRET", "0123456789abcdef"));
    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() -> assertThat(sidecars()).containsExactly("ipc-bus", "channel-web"));
    PersistentVolumeClaim journal = journal();
    assertThat(journal.getMetadata().getOwnerReferences()).isEmpty();
    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(
            () -> assertThat(bed.pod("my-agent-0").getSpec().getInitContainers()).hasSize(2));
    bed.awaitCondition(
        "my-agent", "BusReady", condition -> assertThat(condition.status()).isEqualTo("False"));

    bed.markSidecarsReady("my-agent-0");
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    bed.awaitCondition(
        "my-agent", "BusReady", condition -> assertThat(condition.status()).isEqualTo("True"));
    assertThat(states()).containsExactly(ChannelState.of("web", ChannelReadiness.Ready, null));
    bed.quiet(wire);
    wire.forget();
    operator.trigger().one(bed.namespace, "my-agent");
    bed.quiet(wire);
    assertThat(wire.writesTo(bed.namespace)).as("nothing to do, nothing written").isEmpty();

    bed.claw("my-agent")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"channels\":null}}");
    await().atMost(Bed.PATIENCE).untilAsserted(() -> assertThat(sidecars()).isEmpty());
    assertThat(journal()).as("what was accepted is kept").isNotNull();
    await().atMost(Bed.PATIENCE).untilAsserted(() -> assertThat(states()).isNull());
  }

  @Test
  void aChangeOfTheChannelOrItsSecretRollsThePod() {
    bed.operator();
    bed.secret("hook", Map.of("WEBHOOK_SECRET", "0123456789abcdef"));
    bed.make(CHANNEL);
    bed.make(AGENT);
    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() -> assertThat(sidecars()).containsExactly("ipc-bus", "channel-web"));
    String first = hash();

    channel()
        .patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"config\":{\"path\":\"/other\"}}}");
    await().atMost(Bed.PATIENCE).until(() -> !hash().equals(first));
    String second = hash();
    bed.admin
        .secrets()
        .inNamespace(bed.namespace)
        .withName("hook")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"stringData\":{\"WEBHOOK_SECRET\":\"fedcba9876543210\"}}");
    await().atMost(Bed.PATIENCE).until(() -> !hash().equals(second));
  }

  @Test
  void aChannelThatIsNamedIsNotDeletedAndSaysByWhom() {
    bed.operator();
    bed.secret("hook", Map.of("WEBHOOK_SECRET", "0123456789abcdef"));
    bed.make(CHANNEL);
    bed.make(AGENT);
    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() -> {
          assertThat(channel().get().getMetadata().getFinalizers())
              .containsExactly("claw.prismer.ai/channel-cleanup");
          assertThat(channel().get().getStatus()).isNotNull();
          assertThat(channel().get().getStatus().referencingClaws()).containsExactly("my-agent");
        });

    channel().delete();
    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() ->
            assertThat(channel().get().getStatus().conditions())
                .extracting(condition -> condition.reason())
                .containsExactly("DeletionWaits"));

    bed.claw("my-agent").delete();
    await().atMost(Bed.PATIENCE).until(() -> channel().get() == null);
  }

  @Test
  void theServerRefusesWhatCannotWork() {
    assertRefused(CHANNEL.replace("webhook", "telegram"), "sidecar.image");
    assertRefused(
        CHANNEL + "  backpressure: {lowWatermark: '0.8', highWatermark: '0.5'}\n", "lowWatermark");
    assertRefused(CHANNEL.replace("name: web,", "name: " + "w".repeat(56) + ","), "metadata.name");
    String custom = AGENT.replace("openclaw", "custom") + "  customRuntime: {image: a}\n";
    assertRefused(custom, "bridge.protocol");
    assertRefused(custom + "  bridge: {protocol: claw-uds}\n  replicas: 2\n", "replicas above 1");
    assertRefused(AGENT + "  bridge: {protocol: claw-uds, port: 1}\n", "claw-uds");
    assertRefused(AGENT + "  bridge: {protocol: pico-ws, agent: a}\n", "leave agent out");
    assertRefused(AGENT + "  bridge: {protocol: nanoclaw-mailbox, port: 1}\n", "/workspace");
    assertRefused(
        AGENT + "  bridge: {protocol: nanoclaw-mailbox, tokenSecretRef: {name: t, key: k}}\n",
        "nanoclaw-mailbox carry no token");
  }

  private void assertRefused(String yaml, String message) {
    assertThatThrownBy(() -> bed.make(yaml)).hasMessageContaining(message);
  }

  private @Nullable List<ChannelState> states() {
    return bed.claw("my-agent").get().getStatus().channels();
  }

  private List<String> sidecars() {
    StatefulSet present = workload().get();
    return present == null
        ? List.of()
        : present.getSpec().getTemplate().getSpec().getInitContainers().stream()
            .map(Container::getName)
            .toList();
  }

  private String hash() {
    return Objects.requireNonNull(
        workload()
            .get()
            .getSpec()
            .getTemplate()
            .getMetadata()
            .getAnnotations()
            .get("claw.prismer.ai/template-hash"));
  }

  private Resource<StatefulSet> workload() {
    return bed.admin.apps().statefulSets().inNamespace(bed.namespace).withName("my-agent");
  }

  private Resource<ClawChannel> channel() {
    return bed.admin.resources(ClawChannel.class).inNamespace(bed.namespace).withName("web");
  }

  private PersistentVolumeClaim journal() {
    return bed.admin
        .persistentVolumeClaims()
        .inNamespace(bed.namespace)
        .withName("my-agent-bus")
        .get();
  }
}
