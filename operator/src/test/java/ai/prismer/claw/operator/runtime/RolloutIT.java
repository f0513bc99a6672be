package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RolloutIT {

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
  void aConfigurationChangeRollsAHealthyAgentExactlyOnce() {
    bed.operator();
    bed.make(AGENT);
    String first = ready();
    budgetAllows();

    Set<String> made = ConcurrentHashMap.newKeySet();
    try (var watched = bed.admin.pods().inNamespace(bed.namespace).inform(new Made(made))) {
      assertThat(watched.isRunning()).isTrue();

      change("{\"spec\":{\"config\":{\"model\":\"other\"}}}");

      roll(first);
    }
    assertThat(made).as("pods that ever existed").hasSize(2);
  }

  private void roll(String first) {
    await()
        .atMost(Bed.PATIENCE)
        .until(() -> !bed.pod("my-agent-0").getMetadata().getUid().equals(first));
    bed.awaitPhase("my-agent", Phase.Updating);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    String second = bed.pod("my-agent-0").getMetadata().getUid();
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Bed.PATIENCE)
        .until(() -> bed.pod("my-agent-0").getMetadata().getUid().equals(second));
  }

  @Test
  void aChangedSecretRollsTheAgentAndNothingOfTheSecretStandsInTheOpen() {
    bed.operator();
    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-old"));
    bed.make(AGENT + "  credentials: {secretRef: {name: keys}}\n");
    String first = ready();
    budgetAllows();

    bed.admin
        .secrets()
        .inNamespace(bed.namespace)
        .withName("keys")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"stringData\":{\"OPENAI_API_KEY\":\"sk-new\"}}");

    await()
        .atMost(Bed.PATIENCE)
        .until(() -> !bed.pod("my-agent-0").getMetadata().getUid().equals(first));
    assertThat(bed.pod("my-agent-0").toString()).doesNotContain("sk-new");
  }

  @Test
  void aLabelOnASecretRollsNothing() {
    Wire wire = new Wire();
    bed.operator(wire);
    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-old"));
    bed.make(AGENT + "  credentials: {secretRef: {name: keys}}\n");
    String first = ready();
    wire.forget();

    bed.admin
        .secrets()
        .inNamespace(bed.namespace)
        .withName("keys")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"labels\":{\"team\":\"blue\"}}}");

    await()
        .during(Duration.ofSeconds(1))
        .atMost(Bed.PATIENCE)
        .until(() -> wire.writesTo(bed.namespace).isEmpty());
    assertThat(bed.pod("my-agent-0").getMetadata().getUid()).isEqualTo(first);
  }

  @Test
  void ourOwnBudgetDoesNotKeepUsFromAChange() {
    bed.operator();
    bed.make(AGENT + "  availability: {pdb: {maxUnavailable: 0}}\n");
    String first = ready();

    change("{\"spec\":{\"config\":{\"model\":\"other\"}}}");

    await()
        .atMost(Bed.PATIENCE)
        .until(() -> !bed.pod("my-agent-0").getMetadata().getUid().equals(first));
  }

  @Test
  void aBudgetOfSomebodyElseIsRespectedAndNamed() {
    bed.operator();
    bed.make(AGENT);
    String first = ready();
    var foreign =
        bed.admin
            .resource(
                new PodDisruptionBudgetBuilder()
                    .withNewMetadata()
                    .withNamespace(bed.namespace)
                    .withName("theirs")
                    .endMetadata()
                    .withNewSpec()
                    .withNewMinAvailable(1)
                    .withNewSelector()
                    .addToMatchLabels("app.kubernetes.io/instance", "my-agent")
                    .endSelector()
                    .endSpec()
                    .build())
            .create();

    change("{\"spec\":{\"config\":{\"model\":\"other\"}}}");

    bed.awaitCondition(
        "my-agent",
        "Reconciled",
        condition -> {
          assertThat(condition.reason()).isEqualTo("RolloutBlocked");
          assertThat(condition.message()).contains("theirs");
        });
    assertThat(bed.pod("my-agent-0").getMetadata().getUid()).isEqualTo(first);
    bed.admin.resource(foreign).delete();
  }

  /** Collects the UID of every pod that appears. */
  private record Made(Set<String> uids) implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      uids.add(pod.getMetadata().getUid());
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
      uids.add(pod.getMetadata().getUid());
    }

    @Override
    public void onDelete(Pod pod, boolean finalStateUnknown) {
      uids.add(pod.getMetadata().getUid());
    }
  }

  private String ready() {
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    return bed.pod("my-agent-0").getMetadata().getUid();
  }

  /** The controller of budgets has seen the ready pod. */
  private void budgetAllows() {
    await()
        .atMost(Bed.PATIENCE)
        .until(() -> {
          var status =
              bed.admin
                  .policy()
                  .v1()
                  .podDisruptionBudget()
                  .inNamespace(bed.namespace)
                  .withName("my-agent")
                  .get()
                  .getStatus();
          return status != null && status.getDisruptionsAllowed() > 0;
        });
  }

  private void change(String patch) {
    bed.claw("my-agent").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }
}
