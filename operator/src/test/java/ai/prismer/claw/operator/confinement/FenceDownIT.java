package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.status.Adjustment;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Target;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With any part of the fence gone, agents lose their rights, and rules heal all the same. */
class FenceDownIT {
  @RegisterExtension
  @Order(1)
  static final ApiServer server = new ApiServer();

  @RegisterExtension
  @Order(2)
  static final InstalledChart chart = new InstalledChart(server);

  private static final Hunt HUNT = new Hunt(server, chart);
  private static ClawOperator operator;
  private static Target target;

  @BeforeAll
  static void startOperator() {
    operator = HUNT.operator();
    target = HUNT.prey(server.namespace(), "prey");
  }

  @AfterAll
  static void stopOperator() {
    operator.close();
  }

  static List<String> policies() {
    return AdmissionPolicies.ALL;
  }

  @ParameterizedTest
  @MethodSource("policies")
  void withoutAnyOneBindingTheAgentsRoleGoesAndComesBackWithIt(String name) {
    HUNT.awaitRole(target, true);
    ValidatingAdmissionPolicyBinding binding = take(name);
    HUNT.awaitRole(target, false);
    await().atMost(Hunt.PATIENCE).until(() -> confinement().equals("False"));
    put(binding);
    HUNT.awaitRole(target, true);
    await().atMost(Hunt.PATIENCE).until(() -> confinement().equals("True"));
  }

  @Test
  void withABindingSetToWarnTheAgentsRoleGoes() {
    String name = AdmissionPolicies.CONFINEMENT;
    HUNT.awaitRole(target, true);
    ValidatingAdmissionPolicyBinding binding = take(name);
    binding.getSpec().setValidationActions(List.of("Warn"));
    put(binding);
    HUNT.awaitRole(target, false);
    take(name);
    binding.getSpec().setValidationActions(List.of("Deny"));
    put(binding);
    HUNT.awaitRole(target, true);
  }

  @Test
  void rulesHealWhileTheFenceIsDown() {
    Target hungry = HUNT.prey(server.namespace(), "hungry");
    ValidatingAdmissionPolicyBinding binding = take(AdmissionPolicies.CONFINEMENT);
    try {
      HUNT.awaitRole(hungry, false);
      Resource<Pod> pod =
          server.admin().pods().inNamespace(hungry.namespace()).withName("hungry-0");
      await().atMost(Hunt.PATIENCE).until(() -> pod.get() != null);
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      kill(pod, 1, now.minusSeconds(60));
      await().atMost(Hunt.PATIENCE).until(() -> HUNT.ops(hungry).recentSignals() != null);
      kill(pod, 2, now);
      await()
          .atMost(Hunt.PATIENCE)
          .untilAsserted(() ->
              assertThat(HUNT.ops(hungry).adjustments())
                  .extracting(Adjustment::value)
                  .containsExactly("384Mi"));
    } finally {
      put(binding);
    }
  }

  private static void kill(Resource<Pod> pod, int restarts, Instant at) {
    pod.editStatus(edited -> {
      edited
          .getStatus()
          .setContainerStatuses(
              List.of(
                  new ContainerStatusBuilder()
                      .withName("runtime")
                      .withImage("x")
                      .withImageID("x")
                      .withReady(false)
                      .withRestartCount(restarts)
                      .withNewLastState()
                      .withNewTerminated()
                      .withExitCode(137)
                      .withReason("OOMKilled")
                      .withContainerID("containerd://" + restarts)
                      .withStartedAt(at.minusSeconds(5).toString())
                      .withFinishedAt(at.toString())
                      .endTerminated()
                      .endLastState()
                      .withNewState()
                      .withNewWaiting()
                      .withReason("CrashLoopBackOff")
                      .endWaiting()
                      .endState()
                      .build()));
      return edited;
    });
  }

  private static String confinement() {
    return HUNT.conditions(target).stream()
        .filter(condition -> condition.type().equals("ConfinementEnforced"))
        .map(condition -> condition.status())
        .findFirst()
        .orElse("");
  }

  private static ValidatingAdmissionPolicyBinding take(String name) {
    Resource<ValidatingAdmissionPolicyBinding> binding =
        server
            .admin()
            .admissionRegistration()
            .v1()
            .validatingAdmissionPolicyBindings()
            .withName(name);
    ValidatingAdmissionPolicyBinding taken = binding.get();
    binding.delete();
    taken.getMetadata().setResourceVersion(null);
    taken.getMetadata().setUid(null);
    return taken;
  }

  private static void put(ValidatingAdmissionPolicyBinding binding) {
    server.admin().resource(binding).create();
  }
}
