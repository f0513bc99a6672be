package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.testkit.redteam.Main;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code make red-team} with fewer malformed intents: all attacks, operator up and scaled to 0. */
@Alone
class RedTeamNodeIT {
  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void nothingIsAllowedWithTheOperatorUpOrDown() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int exitCode;
    String namespace;
    try (KubernetesClient client = Node.admin();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      namespace = "red-team-" + Long.toString(System.nanoTime() & 0xffffff, 36);
      exitCode =
          Main.run(
              new String[] {
                "--kubeconfig",
                Node.kubeconfig(),
                "--image",
                Node.image("hog"),
                "--namespace",
                namespace,
                "--malformed",
                "30",
                // The ten seconds of the command are a figure; here only the refusal counts.
                "--on-return",
                "60",
                "--claws",
                "3"
              },
              out,
              out);
      assertThat(client.apps().deployments().inNamespace(Node.OPERATOR_NAMESPACE).list().getItems())
          .as("the operator is back")
          .allMatch(deployment -> deployment.getStatus().getReadyReplicas() != null);
    }
    String report = printed.toString(StandardCharsets.UTF_8);
    assertThat(exitCode).as(report).isZero();
    assertThat(report.lines())
        .contains("red-team: malformed 30 sent, 30 refused")
        .last()
        .asString()
        .matches("red-team: (\\d+) attempts, \\1 refused, 0 allowed");
  }
}
