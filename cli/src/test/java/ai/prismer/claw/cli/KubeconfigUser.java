package ai.prismer.claw.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.cli.output.Terminal;
import ai.prismer.claw.testkit.chart.Kubeconfig;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Somebody at the command line: a ServiceAccount of one namespace, with its token in a kubeconfig,
 * and with the roles that were bound to it there.
 */
final class KubeconfigUser {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ApiServer server;
  private final String namespace;
  private final String account;
  private final Path kubeconfig;

  /** Who may do nothing yet; the kubeconfig lies in this folder, under the account's name. */
  KubeconfigUser(ApiServer server, String namespace, String account, Path folder)
      throws IOException {
    this.server = server;
    this.namespace = namespace;
    this.account = account;
    this.kubeconfig =
        Kubeconfig.write(
            new ConfigBuilder(server.configForServiceAccount(namespace, account))
                .withNamespace(namespace)
                .build(),
            folder.resolve(account));
  }

  /** Whoever runs this namespace, with the role admin and what the chart adds for such a person. */
  static KubeconfigUser admin(ApiServer server, String namespace, Path folder) throws IOException {
    return new KubeconfigUser(server, namespace, "person", folder)
        .bind("ClusterRole", "admin")
        .bind("ClusterRole", "k8s4claw-edit")
        .bind("ClusterRole", "k8s4claw-view");
  }

  /** Who may look at this namespace and no more. */
  static KubeconfigUser viewer(ApiServer server, String namespace, Path folder) throws IOException {
    return new KubeconfigUser(server, namespace, "viewer", folder)
        .bind("ClusterRole", "view")
        .bind("ClusterRole", "k8s4claw-view");
  }

  /** Gives it a Role of its own with these rules, as YAML. */
  KubeconfigUser allowed(String rules) {
    server.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: %s, namespace: %s}
        rules: %s
        """
            .formatted(account, namespace, rules));
    return bind("Role", account);
  }

  private KubeconfigUser bind(String kind, String role) {
    server.apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s-%2$s, namespace: %3$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %4$s, name: %2$s}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %3$s}]
        """
            .formatted(account, role, namespace, kind));
    return this;
  }

  /** Runs this until it succeeds: a server takes up a role a moment after it has stored it. */
  void awaitSuccess(String... words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          Program program = claw(words);
          assertThat(program.exitCode()).as(program.err()).isZero();
        });
  }

  /** Runs the program with its kubeconfig. */
  Program claw(String... words) {
    return claw(Terminal.NOBODY, words);
  }

  /** The same at a terminal. */
  Program claw(Terminal terminal, String... words) {
    return Program.run(
        terminal,
        Stream.concat(Stream.of(words), Stream.of("--kubeconfig", kubeconfig.toString()))
            .toArray(String[]::new));
  }

  /** As whom the API server knows it. */
  String name() {
    return "system:serviceaccount:" + namespace + ":" + account;
  }

  Path kubeconfig() {
    return kubeconfig;
  }
}
