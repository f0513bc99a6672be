package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.configuration.OperatorIdentity;
import ai.prismer.claw.operator.reconcile.Asked;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfinementIT {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private final Asked triggered = new Asked();
  private String namespace;
  private ConfinementProbe probe;
  private LeastPrivilege leastPrivilege;
  private KubernetesClient operator;

  @BeforeEach
  void startProbe() {
    namespace = server.namespace();
    make(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: agent, namespace: NS}
        spec: {runtime: openclaw, ops: {agentIntents: Auto}}
        """);
    operator = chart.operator();
    probe =
        new ConfinementProbe(
            operator,
            new OperatorIdentity(chart.namespace(), "test", chart.operatorUser()),
            new OperatorConfiguration.Confinement(PERIOD, null),
            this::claws,
            triggered,
            Clock.systemUTC(),
            new CompanionRights(operator, List.of()));
    probe.start();
    leastPrivilege = new LeastPrivilege(operator, Set.of(), PERIOD, this::claws, triggered);
    leastPrivilege.start();
  }

  @AfterEach
  void stopProbe() {
    probe.close();
    leastPrivilege.close();
  }

  static List<String> policies() {
    return AdmissionPolicies.ALL;
  }

  @Test
  void theInstalledChartIsProvenAtTheFirstQuestionAndNothingIsStored() {
    assertThat(probe.proof(namespace)).isEqualTo(new Proof.Proven());
    Claw claw = claw();
    assertThat(claw.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(claw.getMetadata().getAnnotations()).isNullOrEmpty();
    assertThat(triggered.names()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("policies")
  void withAnyBindingGoneNothingIsProvenAndItsReturnProvesAgain(String name) {
    assertThat(probe.proven(namespace)).isTrue();
    ValidatingAdmissionPolicyBinding binding = binding(name).get();
    binding(name).delete();
    await().atMost(PATIENCE).until(() -> !probe.proven(namespace));
    assertThat(triggered.names()).contains(namespace + "/*");
    assertThat(probe.proof(namespace).condition().message()).contains(name);
    restore(binding);
    await().atMost(PATIENCE).until(() -> probe.proven(namespace));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void withAnyBindingSetToWarnNothingIsProven(String name) {
    assertThat(probe.proven(namespace)).isTrue();
    ValidatingAdmissionPolicyBinding binding = binding(name).get();
    binding(name)
        .edit(edited -> {
          edited.getSpec().setValidationActions(List.of("Warn"));
          return edited;
        });
    await().atMost(PATIENCE).until(() -> !probe.proven(namespace));
    binding(name).delete();
    restore(binding);
    await().atMost(PATIENCE).until(() -> probe.proven(namespace));
  }

  @Test
  void aBindingOfManageToAllAccountsOfANamespaceUnprovesThatNamespaceOnly() {
    String other = server.namespace();
    make(
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: agent, namespace: NS}
        spec: {runtime: openclaw, ops: {agentIntents: Auto}}
        """
            .replace("NS", other));
    assertThat(probe.proven(namespace)).isTrue();
    assertThat(probe.proven(other)).isTrue();
    grantEdit(other, "system:serviceaccounts");
    await().atMost(PATIENCE).until(() -> !probe.proven(other));
    assertThat(((Proof.Unproven) probe.proof(other)).reason()).isEqualTo("NotRefused");
    assertThat(probe.proven(namespace)).isTrue();
  }

  @Test
  void anAccountOfItsOwnHoldsNothingAndAGroupBindingIsSeenAtTheNextLook() {
    assertThat(leastPrivilege.of(claw()).podAllowed()).isTrue();
    grantEdit(namespace, "system:serviceaccounts:" + namespace);
    await().atMost(PATIENCE).until(() -> !leastPrivilege.of(claw()).podAllowed());
    assertThat(triggered.names()).contains(namespace + "/*");
    // The server may have taken up the binding in the middle of a look; the next one has all of it.
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(leastPrivilege.of(claw()).excess())
                .extracting(Right::toString)
                .contains(
                    "manage claws",
                    "create pods",
                    "create pods/exec",
                    "patch statefulsets",
                    "list secrets"));
  }

  @Test
  void aBindingThatNamesTheAccountIsSeenAtOnceAndItsEndToo() {
    try (LeastPrivilege patient =
        new LeastPrivilege(operator, Set.of(), Duration.ofHours(1), this::claws, triggered)) {
      assertThat(patient.of(claw()).podAllowed()).isTrue();
      RoleBinding binding =
          new RoleBindingBuilder()
              .withNewMetadata()
              .withName("generous")
              .withNamespace(namespace)
              .endMetadata()
              .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "edit")
              .addNewSubject(null, "ServiceAccount", "agent", namespace)
              .build();
      server.admin().resource(binding).create();
      await().atMost(PATIENCE).until(() -> !patient.of(claw()).podAllowed());
      await().atMost(PATIENCE).until(() -> triggered.names().contains(namespace + "/*"));
      server.admin().resource(binding).delete();
      await().atMost(PATIENCE).until(() -> patient.of(claw()).podAllowed());
    }
  }

  @Test
  void anAccountThatTheConfigurationNamesMayHoldMore() {
    grantEdit(namespace, "system:serviceaccounts:" + namespace);
    try (LeastPrivilege lenient =
        new LeastPrivilege(
            operator, Set.of(namespace + "/agent"), Duration.ofHours(1), this::claws, triggered)) {
      await().atMost(PATIENCE).until(() -> !lenient.of(claw()).excess().isEmpty());
      assertThat(lenient.of(claw()).podAllowed()).isTrue();
    }
  }

  @Test
  void theOperatorKnowsEveryPolicyOfTheChart() {
    assertThat(
            server
                .admin()
                .admissionRegistration()
                .v1()
                .validatingAdmissionPolicies()
                .withLabel("app.kubernetes.io/part-of", "k8s4claw")
                .list()
                .getItems())
        .extracting(policy -> policy.getMetadata().getName())
        .containsExactlyInAnyOrderElementsOf(AdmissionPolicies.ALL);
  }

  @Test
  void theOperatorMayGiveAnAgentItsRightsAndNotMore() {
    for (var right : AgentRights.of(claw())) {
      operator.resource(right).inNamespace(namespace).create();
    }
    assertThat(
            server
                .clientForServiceAccount(namespace, "agent")
                .resources(Claw.class)
                .inNamespace(namespace)
                .withName("agent")
                .get())
        .isNotNull();
  }

  private void grantEdit(String where, String group) {
    server
        .admin()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("generous")
                .withNamespace(where)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "edit")
                .addNewSubject("rbac.authorization.k8s.io", "Group", group, null)
                .build())
        .create();
  }

  private Claw claw() {
    return server.admin().resources(Claw.class).inNamespace(namespace).withName("agent").get();
  }

  private Collection<Claw> claws() {
    return server.admin().resources(Claw.class).inAnyNamespace().list().getItems();
  }

  private void make(String yaml) {
    server.apply(yaml.replace("NS", namespace));
  }

  private Resource<ValidatingAdmissionPolicyBinding> binding(String name) {
    return server
        .admin()
        .admissionRegistration()
        .v1()
        .validatingAdmissionPolicyBindings()
        .withName(name);
  }

  private void restore(ValidatingAdmissionPolicyBinding binding) {
    binding.getMetadata().setResourceVersion(null);
    binding.getMetadata().setUid(null);
    server.admin().resource(binding).create();
  }
}
