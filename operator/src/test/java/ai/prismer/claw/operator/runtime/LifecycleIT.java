package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LifecycleIT {

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
        config: {model: claude-sonnet-4}
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
  void aMissingSecretIsSaidAndHealsByItselfWhenItAppears() {
    bed.operator();
    bed.make(AGENT + "  credentials: {secretRef: {name: keys}}\n");
    bed.awaitPhase("my-agent", Phase.Pending);
    bed.awaitCondition(
        "my-agent",
        "CredentialsReady",
        condition -> {
          assertThat(condition.status()).isEqualTo("False");
          assertThat(condition.message()).contains("Secret keys does not exist");
        });
    assertThat(bed.admin.apps().statefulSets().inNamespace(bed.namespace).list().getItems())
        .isEmpty();

    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-1"));

    bed.awaitPhase("my-agent", Phase.Provisioning);
    bed.awaitCondition(
        "my-agent",
        "CredentialsReady",
        condition -> assertThat(condition.status()).isEqualTo("True"));
  }

  @Test
  void suspendingScalesToZeroAndKeepsEverythingElse() {
    bed.operator();
    bed.make(AGENT);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    String token = bed.token("my-agent").getMetadata().getUid();

    change("{\"spec\":{\"suspend\":true}}");
    bed.awaitPhase("my-agent", Phase.Suspended);
    await()
        .atMost(Bed.PATIENCE)
        .until(() -> bed.admin.pods().inNamespace(bed.namespace).list().getItems().isEmpty());
    assertThat(bed.token("my-agent").getMetadata().getUid()).isEqualTo(token);

    change("{\"spec\":{\"suspend\":false}}");
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
  }

  @Test
  void aPausedClawIsLeftAlone() {
    Wire wire = new Wire();
    bed.operator(wire);
    bed.make(AGENT);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    change("{\"metadata\":{\"annotations\":{\"claw.prismer.ai/paused\":\"true\"}}}");
    bed.awaitCondition(
        "my-agent", "Reconciled", condition -> assertThat(condition.reason()).isEqualTo("Paused"));
    Map<String, String> before = bed.versions();

    change("{\"spec\":{\"config\":{\"model\":\"other\"}}}");
    bed.awaitPhase("my-agent", Phase.Running);

    before.remove("Claw/my-agent");
    assertThat(bed.versions()).containsAllEntriesOf(before);
    change("{\"metadata\":{\"annotations\":{\"claw.prismer.ai/paused\":null}}}");
    bed.awaitCondition(
        "my-agent",
        "Reconciled",
        condition -> assertThat(condition.reason()).isEqualTo("Reconciled"));
    assertThat(bed.versions().get("ConfigMap/my-agent-config"))
        .isNotEqualTo(before.get("ConfigMap/my-agent-config"));
  }

  @Test
  void aSpecThatCannotBeCarriedOutSaysFieldValueAndWhatIsAllowed() {
    bed.operator();

    bed.make(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: my-agent, namespace: NS}
        spec: {runtime: openclaw, config: {environment: {PORT: 8080}}}
        """);

    bed.awaitPhase("my-agent", Phase.Failed);
    bed.awaitCondition(
        "my-agent",
        "Reconciled",
        condition ->
            assertThat(condition.message())
                .contains("spec.config.environment")
                .contains("8080")
                .contains("write a string"));
    change("{\"spec\":{\"config\":{\"environment\":{\"PORT\":\"8080\"}}}}");
    bed.awaitPhase("my-agent", Phase.Provisioning);
  }

  @Test
  void deletingAClawTakesItsChildrenAlong() {
    bed.operator();
    bed.make(AGENT);
    bed.pod("my-agent-0");

    bed.claw("my-agent").delete();

    await().atMost(Bed.PATIENCE).until(() -> bed.claw("my-agent").get() == null);
    // Kubernetes' garbage collector looks for new kinds every 30 s, and ours are that new here.
    await().atMost(Duration.ofSeconds(90)).until(() -> bed.children().findAny().isEmpty());
  }

  @Test
  void deletingInTheForegroundFinishes() {
    bed.operator();
    bed.make(AGENT);
    bed.pod("my-agent-0");

    bed.claw("my-agent").withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();

    await().atMost(Bed.PATIENCE).until(() -> bed.claw("my-agent").get() == null);
    assertThat(bed.children()).isEmpty();
  }

  @Test
  void aClawThatWasNeverValidCanBeDeleted() {
    bed.operator();
    bed.make(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: my-agent, namespace: NS}
        spec: {runtime: openclaw, config: {environment: []}}
        """);
    bed.awaitPhase("my-agent", Phase.Failed);

    bed.claw("my-agent").delete();

    await().atMost(Bed.PATIENCE).until(() -> bed.claw("my-agent").get() == null);
  }

  @Test
  void deletingTheNamespaceFinishes() {
    bed.operator();
    bed.make(AGENT);
    bed.pod("my-agent-0");

    bed.admin.namespaces().withName(bed.namespace).delete();

    await()
        .atMost(Bed.PATIENCE)
        .until(() -> bed.admin.namespaces().withName(bed.namespace).get() == null);
  }

  @Test
  void metricsShowAClawAndForgetItWhenItGoes() {
    ClawOperator operator = bed.operator();
    bed.make(AGENT);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    String series = "claw_instance_phase{name=\"my-agent\",namespace=\"" + bed.namespace + "\"";
    assertThat(get(operator, "/metrics"))
        .contains(series + ",phase=\"Running\"} 1")
        .contains("claw_managed_instances 1")
        .contains("claw_reconcile_total{result=\"ok\"}")
        .contains("claw_api_writes_total{resource=\"claws/status\",verb=\"PATCH\"}");
    assertThat(get(operator, "/healthz")).isEqualTo("ok\n");
    assertThat(get(operator, "/readyz")).isEqualTo("ok\n");

    bed.claw("my-agent").delete();

    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() -> assertThat(get(operator, "/metrics")).doesNotContain(series));
  }

  @Test
  void eventsTellEachChangeOfPhaseOnce() {
    bed.operator();
    bed.make(AGENT);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);

    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    bed.admin.v1().events().inNamespace(bed.namespace).list().getItems().stream()
                        .filter(event -> event.getInvolvedObject().getKind().equals("Claw"))
                        .map(event -> event.getReason()))
                .containsExactlyInAnyOrder("ClawProvisioning", "ClawRunning"));
  }

  @Test
  void oneOfTwoReplicasLeadsAndTheOtherTakesOverAtOnce() {
    var configuration =
        new OperatorConfiguration(null, null, null, null, null, null, null, true, 0, null);
    ClawOperator first = bed.operator(configuration);
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Provisioning);
    bed.operator(configuration);
    first.close();
    assertThat(holder())
        .as("the lease is given back, not left to expire")
        .isNotEqualTo("operator-0");

    change("{\"spec\":{\"suspend\":true}}");

    bed.awaitPhase("my-agent", Phase.Suspended);
    assertThat(Objects.requireNonNull(bed.claw("my-agent").get()).getStatus().phase())
        .isEqualTo(Phase.Suspended);
  }

  private String holder() {
    return String.valueOf(
        bed.admin
            .leases()
            .inNamespace(chart.namespace())
            .withName(Leadership.LEASE)
            .get()
            .getSpec()
            .getHolderIdentity());
  }

  private void change(String patch) {
    Claw changed = bed.claw("my-agent").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    assertThat(changed).isNotNull();
  }

  private static String get(ClawOperator operator, String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operator.httpPort() + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
