package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.Severity;
import ai.prismer.claw.api.status.ChannelReadiness;
import ai.prismer.claw.api.status.ChannelState;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.api.status.Pressure;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.contract.BusMetrics;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a whole operator makes of what a bus says. The bus is a web server of this test, at an
 * address of this machine that a pod could have and at the real port.
 */
class BusReportsIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  /** Rounds of asking, each after two seconds, and what follows from them. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Bed bed;
  private @Nullable HttpServer bus;
  private String address = "";
  private volatile String page = "";
  private final AtomicLong asked = new AtomicLong();

  @BeforeEach
  void aBusThatCanBeAsked() throws IOException {
    bed = new Bed(server, chart);
    for (InetAddress each : addresses()) {
      try {
        bus = HttpServer.create(new InetSocketAddress(each, BusMetrics.PORT), 0);
        address = each.getHostAddress();
        break;
      } catch (BindException taken) {
        // The next one.
      }
    }
    assumeTrue(bus != null, "this machine has no address beside its loopback");
    bus.createContext(
        BusMetrics.PATH,
        exchange -> {
          try (exchange) {
            asked.incrementAndGet();
            byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    bus.start();
    bed.admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(chart.namespace())
                .withName(Keys.RULES_CONFIG_MAP)
                .endMetadata()
                .addToData("signals", "ChannelDisconnect: {for: 5s}")
                .build())
        .create();
  }

  private static List<InetAddress> addresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each.getAddress().length == 4)
        .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
        .toList();
  }

  @AfterEach
  void clear() {
    if (bus != null) {
      bus.stop(0);
    }
    bed.close();
    bed.admin.configMaps().inNamespace(chart.namespace()).withName(Keys.RULES_CONFIG_MAP).delete();
    bed.admin
        .resources(ClawChannel.class)
        .inNamespace(bed.namespace)
        .withName("web")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    bed.admin.resources(ClawChannel.class).inNamespace(bed.namespace).delete();
  }

  @Test
  void whatABusSaysReachesTheStatusAndAChannelThatStaysAwayAPerson() {
    Wire wire = new Wire();
    says(1, 0, 0);
    bed.operator(wire);
    agent();
    awaitState(ChannelState.of("web", ChannelReadiness.Ready, null), Pressure.NORMAL, 0L);

    says(1, 2, 3);
    awaitState(ChannelState.of("web", ChannelReadiness.Ready, null), Pressure.BLOCKED, 3L);
    bed.quiet(wire);
    wire.forget();
    long before = asked.get();
    await().atMost(PATIENCE).until(() -> asked.get() >= before + 3);
    assertThat(wire.writesTo(bed.namespace)).as("nothing new, nothing written").isEmpty();

    says(0, 0, 3);
    awaitState(
        ChannelState.of(
            "web", ChannelReadiness.Disconnected, "the bus has no connection from its sidecar"),
        Pressure.NORMAL,
        3L);
    bed.awaitCondition(
        "my-agent",
        "ChannelsReady",
        condition -> assertThat(condition.reason()).isEqualTo("Disconnected"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(signal()).isPresent();
          assertThat(signal().get().container()).isEqualTo("channel-web");
          assertThat(signal().get().open()).isTrue();
          assertThat(
                  bed.admin
                      .resources(ClawOpsEscalation.class)
                      .inNamespace(bed.namespace)
                      .list()
                      .getItems())
              .singleElement()
              .satisfies(one -> {
                assertThat(one.getSpec().trigger().type()).isEqualTo("ChannelDisconnect");
                assertThat(one.getSpec().trigger().container()).isEqualTo("channel-web");
                assertThat(one.getSpec().severity()).isEqualTo(Severity.Low);
              });
        });
    assertThat(bed.pod("my-agent-0").isMarkedForDeletion()).as("no rule acts on it").isFalse();

    says(1, 0, 0);
    awaitState(ChannelState.of("web", ChannelReadiness.Ready, null), Pressure.NORMAL, 0L);
    bed.awaitPhase("my-agent", Phase.Running);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(signal().orElseThrow().open()).isFalse());
  }

  @Test
  void nonsenseFromAPodIsAsIfItSaidNothing() {
    page = "<html>\u001b[2J</html>\nclaw_ipcbus_pressure{channel=\"web\"} 99\n";
    bed.operator();
    agent();
    bed.awaitPhase("my-agent", Phase.Running);
    long before = asked.get();

    await().atMost(PATIENCE).until(() -> asked.get() >= before + 3);

    assertThat(bed.claw("my-agent").get().getStatus().channels())
        .containsExactly(ChannelState.of("web", ChannelReadiness.Ready, null));
  }

  private void says(int connected, int pressure, int letters) {
    page =
        """
        # TYPE claw_ipcbus_sidecar_connections gauge
        claw_ipcbus_sidecar_connections{channel="web"} %d
        claw_ipcbus_sidecar_connections{channel="other"} 0
        claw_ipcbus_pressure{channel="web"} %d
        claw_ipcbus_pressure{channel="other"} 2
        claw_ipcbus_dlq_messages{channel="web",direction="inbound"} 0
        claw_ipcbus_dlq_messages{channel="web",direction="outbound"} %d
        """
            .formatted(connected, pressure, letters);
  }

  private void awaitState(ChannelState state, Pressure pressure, long letters) {
    ChannelState expected =
        new ChannelState(state.name(), state.status(), pressure, letters, state.lastError());
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(bed.claw("my-agent").get().getStatus().channels())
                .containsExactly(expected));
  }

  private Optional<SignalRecord> signal() {
    var ops = bed.claw("my-agent").get().getStatus().ops();
    return ops == null || ops.recentSignals() == null
        ? Optional.empty()
        : ops.recentSignals().stream()
            .filter(signal -> signal.type().equals("ChannelDisconnect"))
            .findFirst();
  }

  /** An agent with a webhook whose pod runs at the address of the test's bus. */
  private void agent() {
    bed.secret("hook", Map.of("WEBHOOK_SECRET", "0123456789abcdef"));
    bed.make(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: ClawChannel
        metadata: {name: web, namespace: NS}
        spec:
          type: webhook
          credentials: {secretRef: {name: hook}}
        ---
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: my-agent, namespace: NS}
        spec:
          runtime: openclaw
          channels: [{name: web}]
        """);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(bed.pod("my-agent-0").getSpec().getInitContainers()).hasSize(2));
    bed.admin
        .pods()
        .inNamespace(bed.namespace)
        .withName("my-agent-0")
        .editStatus(now ->
            new PodBuilder(now)
                .editOrNewStatus()
                .withPodIP(address)
                .addNewPodIP(address)
                .endStatus()
                .build());
    bed.markSidecarsReady("my-agent-0");
    bed.markReady("my-agent-0");
  }
}
