package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.operator.apply.ChildWriter;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChildrenIT {

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart =
      new InstalledChart(server, "--set", "authors.serviceAccountAnnotations={cloud/role}");

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
  void foreignLabelsAnnotationsAndFieldsSurviveOurOwnChanges() {
    bed.operator();
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Provisioning);
    var workload = bed.admin.apps().statefulSets().inNamespace(bed.namespace).withName("my-agent");
    workload.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        """
        {"metadata":{"labels":{"team":"blue"},"annotations":{"note":"ours"}},
         "spec":{"template":{"metadata":{"annotations":{"injected":"yes"}},
                             "spec":{"priorityClassName":"","hostname":"box"}}}}\
        """);

    configure("{\"spec\":{\"config\":{\"model\":\"other\"}}}");

    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() -> assertThat(model(workload.get())).isEqualTo("other"));
    StatefulSet after = workload.get();
    assertThat(after.getMetadata().getLabels()).containsEntry("team", "blue");
    assertThat(after.getMetadata().getAnnotations()).containsEntry("note", "ours");
    assertThat(after.getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("injected", "yes");
    assertThat(after.getSpec().getTemplate().getSpec().getHostname()).isEqualTo("box");
  }

  @Test
  void whatIsNotDesiredAnyMoreIsTakenAway() {
    bed.operator();
    bed.make(
        AGENT
            + """
              security: {networkPolicy: {allowedEgressCIDRs: [192.0.2.0/24]}}
              expose: {service: true}
            """);
    bed.awaitPhase("my-agent", Phase.Provisioning);
    var workload = bed.admin.apps().statefulSets().inNamespace(bed.namespace).withName("my-agent");
    var policies = bed.admin.network().v1().networkPolicies().inNamespace(bed.namespace);
    var services = bed.admin.services().inNamespace(bed.namespace);
    assertThat(model(workload.get())).isEqualTo("claude-sonnet-4");
    assertThat(policies.withName("my-agent-netpol").get().getSpec().getEgress()).hasSize(3);
    assertThat(services.withName("my-agent-gateway").get()).isNotNull();

    configure("{\"spec\":{\"config\":{\"model\":null},\"security\":null,\"expose\":null}}");

    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() -> {
          assertThat(model(workload.get())).isNull();
          assertThat(policies.withName("my-agent-netpol").get().getSpec().getEgress()).hasSize(2);
          assertThat(services.withName("my-agent-gateway").get()).isNull();
        });
  }

  @Test
  void aFieldThatIsMissedOnlyByWhatWasAppliedLastIsTakenAwayToo() {
    bed.operator(
        new OperatorConfiguration(
            null, null, null, null, List.of("cloud/role"), null, null, false, 0, null));
    bed.make(AGENT + "  serviceAccount: {annotations: {cloud/role: reader}}\n");
    bed.awaitPhase("my-agent", Phase.Provisioning);
    var account = bed.admin.serviceAccounts().inNamespace(bed.namespace).withName("my-agent");
    assertThat(account.get().getMetadata().getAnnotations()).containsEntry("cloud/role", "reader");

    configure("{\"spec\":{\"serviceAccount\":null}}");

    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() ->
            assertThat(account.get().getMetadata().getAnnotations())
                .doesNotContainKey("cloud/role"));
  }

  @Test
  void aFieldThatSomebodyElseOwnsIsAConditionThatNamesBothAndNotALoop() {
    Wire wire = new Wire();
    bed.operator(wire);
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Provisioning);
    Service headless =
        new ServiceBuilder()
            .withNewMetadata()
            .withNamespace(bed.namespace)
            .withName("my-agent")
            .endMetadata()
            .withNewSpec()
            .withPublishNotReadyAddresses(false)
            .endSpec()
            .build();

    bed.admin.resource(headless).fieldManager("alice").forceConflicts().serverSideApply();

    bed.awaitCondition(
        "my-agent",
        "Reconciled",
        condition -> {
          assertThat(condition.status()).isEqualTo("False");
          assertThat(condition.reason()).isEqualTo("FieldConflict");
          assertThat(condition.message())
              .contains("Service my-agent")
              .contains(".spec.publishNotReadyAddresses")
              .contains("alice");
        });
    bed.quiet(wire);

    bed.admin.resource(headless).delete();
    bed.awaitPhase("my-agent", Phase.Provisioning);
    bed.awaitCondition(
        "my-agent", "Reconciled", condition -> assertThat(condition.status()).isEqualTo("True"));
  }

  @Test
  void aDriftOfOneOfOurFieldsIsPutRightWhenNobodyClaimsIt() {
    bed.operator();
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Provisioning);
    var budget =
        bed.admin
            .policy()
            .v1()
            .podDisruptionBudget()
            .inNamespace(bed.namespace)
            .withName("my-agent");
    budget.patch(
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(ChildWriter.FIELD_MANAGER)
            .build(),
        "{\"spec\":{\"maxUnavailable\":0}}");

    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(
            () -> assertThat(budget.get().getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1));
  }

  @Test
  void anObjectOfTheSameNameThatIsNotOursIsNeverTouched() {
    ConfigMap foreign =
        bed.admin
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(bed.namespace)
                    .withName("my-agent-config")
                    .endMetadata()
                    .withData(Map.of("theirs", "yes"))
                    .build())
            .create();
    Wire wire = new Wire();
    ClawOperator operator = bed.operator(wire);

    bed.make(AGENT);

    bed.awaitCondition(
        "my-agent",
        "Reconciled",
        condition -> {
          assertThat(condition.reason()).isEqualTo("NotOurs");
          assertThat(condition.message()).contains("ConfigMap my-agent-config");
        });
    bed.awaitPhase("my-agent", Phase.Pending);
    assertThat(bed.admin.resource(foreign).get()).isEqualTo(foreign);
    assertThat(bed.admin.apps().statefulSets().inNamespace(bed.namespace).list().getItems())
        .as("no pod starts without its configuration")
        .isEmpty();
    wire.forget();
    operator.trigger().one(bed.namespace, "my-agent");
    bed.quiet(wire);
    assertThat(wire.writesTo(bed.namespace)).isEmpty();

    bed.admin.resource(foreign).delete();
    operator.trigger().one(bed.namespace, "my-agent");
    bed.awaitPhase("my-agent", Phase.Provisioning);
  }

  @Test
  void aChildIsNeverAppliedFromAClawThatIsOlderThanItsLastHeal() {
    bed.operator();
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Provisioning);
    var workload = bed.admin.apps().statefulSets().inNamespace(bed.namespace).withName("my-agent");
    workload.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"metadata\":{\"annotations\":{\"" + Keys.HEAL_GENERATION + "\":\"1700000000000\"}}}");
    // Not the version: whoever makes the pods may still be writing the status.
    StatefulSet healed = workload.get();

    configure("{\"spec\":{\"config\":{\"model\":\"other\"}}}");

    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() ->
            assertThat(
                    bed.admin
                        .configMaps()
                        .inNamespace(bed.namespace)
                        .withName("my-agent-config")
                        .get()
                        .getData()
                        .get("config.json"))
                .contains("other"));
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Bed.PATIENCE)
        .untilAsserted(() -> {
          assertThat(workload.get().getSpec()).isEqualTo(healed.getSpec());
          assertThat(workload.get().getMetadata().getAnnotations())
              .isEqualTo(healed.getMetadata().getAnnotations());
        });
  }

  private void configure(String patch) {
    bed.claw("my-agent").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static @Nullable String model(StatefulSet workload) {
    return workload.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals("OPENCLAW_MODEL"))
        .map(variable -> variable.getValue())
        .findFirst()
        .orElse(null);
  }
}
