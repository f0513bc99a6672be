package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.attack.Main;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The demo's attack reel with the real token of a running agent; each guard must answer itself. */
class AttackNodeIT {
  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void everythingARunningAgentsAccountTriesIsRefusedByTheGuardThatIsNamed() throws Exception {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "attack");
      Agents agents = new Agents(client, namespace);
      client
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withName("keys")
                  .withNamespace(namespace)
                  .endMetadata()
                  .addToStringData("OPENAI_API_KEY", "none")
                  .build())
          .create();
      agents.create(
          """
          apiVersion: claw.prismer.ai/v1alpha1
          kind: Claw
          metadata: {name: mallory}
          spec:
            runtime: openclaw
            config: {model: openai/never-asked}
            credentials: {secretRef: {name: keys}}
            resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
            ops: {agentIntents: Auto}
          """);
      agents.awaitRunning("mallory");
      Awaitility.await("the agent's Role")
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              client.rbac().roles().inNamespace(namespace).list().getItems().stream()
                  .anyMatch(role -> role.getMetadata().getName().contains("mallory")));

      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      int exitCode;
      try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
        exitCode =
            Main.run(
                new String[] {
                  "--kubeconfig", Node.kubeconfig(), "--namespace", namespace, "--claw", "mallory"
                },
                out,
                out);
      }
      String reel = printed.toString(StandardCharsets.UTF_8);
      assertThat(exitCode).as(reel).isZero();
      assertThat(reel.lines().filter(line -> line.startsWith("refused "))).hasSizeGreaterThan(11);
    }
  }
}
