package ai.prismer.claw.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import ai.prismer.claw.testkit.cluster.FaultProxy;
import ai.prismer.claw.testkit.cluster.FaultProxy.Fault;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaultIT {

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
        credentials: {secretRef: {name: keys}}
      """;

  private Bed bed;
  private FaultProxy proxy;

  @BeforeEach
  void makeBed() {
    bed = new Bed(server, chart);
    proxy = FaultProxy.before(server.configForServiceAccount(chart.namespace(), "k8s4claw"));
    bed.operatorThrough(proxy.config());
  }

  @AfterEach
  void clear() {
    bed.close();
    proxy.close();
  }

  /** Each way to fail, and each kind of write, at least once. */
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new Fault.Refusal(409, "Conflict", null), "PATCH /status"),
        Arguments.of(new Fault.Refusal(409, "Conflict", null), "POST /statefulsets"),
        Arguments.of(new Fault.Refusal(429, "TooManyRequests", 1), "POST /secrets"),
        Arguments.of(new Fault.Refusal(500, "InternalError", null), "POST /statefulsets"),
        Arguments.of(new Fault.Refusal(503, "ServiceUnavailable", null), "PATCH /claws/"),
        Arguments.of(new Fault.Lost(), "PATCH /status"),
        Arguments.of(new Fault.Unheard(), "POST /secrets"),
        Arguments.of(new Fault.Unheard(), "PATCH /claws/"));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("failures")
  void whateverTheServerAnswersOnceTheEndIsTheSame(Fault fault, String write) {
    String method = write.substring(0, write.indexOf(' '));
    String part = write.substring(write.indexOf(' ') + 1);
    // More often than the client itself repeats a request.
    proxy.fail(
        4,
        (verb, path) -> verb.equals(method) && path.contains(bed.namespace) && path.contains(part),
        fault);
    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-1"));

    bed.make(AGENT);

    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    assertThat(bed.children()).hasSize(7);
    assertThat(proxy.happened()).isPositive();
  }

  @Test
  void watchesThatBreakMissNothing() {
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Pending);

    proxy.cutWatches();
    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-1"));
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    proxy.cutWatches();
    suspend();

    bed.awaitPhase("my-agent", Phase.Suspended);
  }

  @Test
  void watchesWhoseVersionExpiredMissNothing() {
    bed.make(AGENT);
    bed.awaitPhase("my-agent", Phase.Pending);

    proxy.expireWatches();
    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-1"));
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    proxy.expireWatches();
    suspend();

    bed.awaitPhase("my-agent", Phase.Suspended);
  }

  @Test
  void aFailureThatIsOverWithTheNextAttemptIsNotWorthAWord() {
    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-1"));
    bed.make(AGENT);
    bed.markReady("my-agent-0");
    bed.awaitPhase("my-agent", Phase.Running);
    var policies = bed.admin.network().v1().networkPolicies().inNamespace(bed.namespace);
    String before = policies.withName("my-agent-netpol").get().getMetadata().getUid();
    // As often as the client itself makes one request.
    proxy.fail(
        3,
        (verb, path) -> verb.equals("POST") && path.contains("/networkpolicies"),
        new Fault.Lost());
    Set<String> said = ConcurrentHashMap.newKeySet();
    try (var watched = bed.admin.resources(Claw.class).inNamespace(bed.namespace).inform()) {
      watched.addEventHandler(new Said(said));

      policies.withName("my-agent-netpol").delete();

      await()
          .atMost(Bed.PATIENCE)
          .ignoreExceptions()
          .until(() ->
              !policies.withName("my-agent-netpol").get().getMetadata().getUid().equals(before));
      assertThat(proxy.happened()).isEqualTo(3);
    }
    assertThat(said).containsExactly("True");
  }

  /** Every status that the condition Reconciled has had. */
  private record Said(Set<String> statuses) implements ResourceEventHandler<Claw> {
    @Override
    public void onAdd(Claw claw) {
      Objects.requireNonNull(claw.getStatus().conditions()).stream()
          .filter(condition -> condition.type().equals("Reconciled"))
          .map(Condition::status)
          .forEach(statuses::add);
    }

    @Override
    public void onUpdate(Claw before, Claw claw) {
      onAdd(claw);
    }

    @Override
    public void onDelete(Claw claw, boolean unknown) {}
  }

  @Test
  void aLastingFailureIsNamedKeepsNothingElseFromHappeningAndIsTriedAgain() {
    bed.secret("keys", Map.of("OPENAI_API_KEY", "sk-1"));
    proxy.fail(
        Integer.MAX_VALUE,
        (verb, path) -> verb.equals("POST") && path.contains("/networkpolicies"),
        new Fault.Refusal(500, "InternalError", null));

    bed.make(AGENT);

    bed.awaitCondition(
        "my-agent",
        "Reconciled",
        condition -> {
          assertThat(condition.status()).isEqualTo("False");
          assertThat(condition.message()).contains("step NetworkPolicy my-agent-netpol");
        });
    await()
        .atMost(Bed.PATIENCE)
        .untilAsserted(() ->
            assertThat(bed.children().map(child -> child.getKind()))
                .contains("Service", "ConfigMap", "PodDisruptionBudget")
                .as("no pod without its policy")
                .doesNotContain("StatefulSet"));

    // Nothing in the cluster changes: only trying again, three requests each, can find out.
    await().atMost(Bed.PATIENCE).until(() -> proxy.happened() > 12);
    proxy.mend();
    bed.awaitPhase("my-agent", Phase.Provisioning);
  }

  private void suspend() {
    bed.claw("my-agent")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":true}}");
  }
}
