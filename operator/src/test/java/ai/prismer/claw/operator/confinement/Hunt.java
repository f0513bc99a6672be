package ai.prismer.claw.operator.confinement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.runtime.ClawOperator;
import ai.prismer.claw.testkit.attack.Target;
import ai.prismer.claw.testkit.attack.Users;
import ai.prismer.claw.testkit.chart.InstalledChart;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A real operator under its own account, and Claws whose agents may ask. */
final class Hunt {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ApiServer server;
  private final InstalledChart chart;

  Hunt(ApiServer server, InstalledChart chart) {
    this.server = server;
    this.chart = chart;
  }

  /** Starts an operator with the rights that the chart gives it and no others. */
  ClawOperator operator() {
    return ClawOperator.start(
        new ClawOperator.Setting(
            server.configForServiceAccount(chart.namespace(), "k8s4claw"),
            new OperatorConfiguration(
                null,
                2,
                new OperatorConfiguration.Confinement(Duration.ofSeconds(2), null),
                null,
                null,
                null,
                null,
                true,
                0,
                null),
            chart.namespace(),
            "hunt",
            Clock.systemUTC(),
            new SecureRandom(),
            List.of()));
  }

  /** Makes a Claw whose agent may ask, and waits until the operator gave the agent its Role. */
  Target prey(String namespace, String name) {
    return prey(target(namespace, name));
  }

  /** A Claw that may not be there yet. */
  Target target(String namespace, String name) {
    return new Target(
        namespace,
        name,
        "system:serviceaccount:" + namespace + ":" + name,
        name + "-other",
        chart.namespace(),
        chart.operatorUser(),
        Users.self(server.admin()),
        System.currentTimeMillis());
  }

  Target prey(Target target) {
    String yaml =
        """
        apiVersion: claw.prismer.ai/v1alpha1
        kind: Claw
        metadata: {name: NAME, namespace: NS}
        spec:
          runtime: openclaw
          resources: {requests: {memory: 64Mi}, limits: {memory: 256Mi}}
          ops: {agentIntents: Auto, maxMemory: 2Gi, verifyWindow: 30s}
        """
            .replace("NAME", target.claw())
            .replace("NS", target.namespace());
    server.apply(yaml);
    awaitRole(target, true);
    // The status comes last in a reconciliation.
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(conditions(target))
                .anyMatch(condition ->
                    condition.type().equals("ConfinementEnforced")
                        && condition.status().equals("True")));
    return target;
  }

  void awaitRole(Target target, boolean there) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            (server
                        .admin()
                        .rbac()
                        .roles()
                        .inNamespace(target.namespace())
                        .withName(target.claw())
                        .get()
                    != null)
                == there);
  }

  Claw claw(Target target) {
    return server
        .admin()
        .resources(Claw.class)
        .inNamespace(target.namespace())
        .withName(target.claw())
        .get();
  }

  /** State of self-healing; empty if there is none. */
  OpsStatus ops(Target target) {
    ClawStatus status = claw(target).getStatus();
    return status == null || status.ops() == null ? OpsStatus.EMPTY : status.ops();
  }

  List<Condition> conditions(Target target) {
    ClawStatus status = claw(target).getStatus();
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }

  KubernetesClient agent(Target target) {
    return server.clientForServiceAccount(target.namespace(), target.claw());
  }
}
