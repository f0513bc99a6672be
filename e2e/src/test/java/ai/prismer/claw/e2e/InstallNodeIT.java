package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the operator away and brings it back; agents must not notice, and lose their rights. */
@Alone
class InstallNodeIT {
  @TempDir static Path folder;

  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @AfterAll
  static void leaveItInstalled() {
    Node.deploy();
  }

  @Test
  void anUninstallKeepsAgentsAndAnInstallGivesThemTheirRoleWithinAMinute() throws IOException {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "install");
      Agents agents = new Agents(client, namespace);
      agents.hog("kept", 8, 64, "{agentIntents: Auto}");
      agents.awaitRunning("kept");
      String pod = agents.pod("kept").getMetadata().getUid();

      Node.helm("uninstall", "k8s4claw", "-n", Node.OPERATOR_NAMESPACE, "--wait").succeeds();
      assertThat(agents.get("kept")).as("Claws and their definition are kept").isNotNull();
      client.rbac().roles().inNamespace(namespace).delete();
      client.rbac().roleBindings().inNamespace(namespace).delete();

      asTheReadmeSays();
      // The same again, with the images of this build.
      Node.deploy();
      Awaitility.await("the agent's Role")
          .atMost(Duration.ofSeconds(60))
          .until(() -> !client.rbac().roles().inNamespace(namespace).list().getItems().isEmpty());
      agents.awaitRunning("kept");
      assertThat(agents.pod("kept").getMetadata().getUid())
          .as("the pod was not touched by any of this")
          .isEqualTo(pod);
    }
  }

  private static void asTheReadmeSays() throws IOException {
    Document readme = new Document("README.md");
    String command =
        readme.blocks("sh").stream()
            .filter(block -> block.startsWith("helm install"))
            .findFirst()
            .orElseThrow();
    readme.type(command.replace("charts/", Node.root() + "/charts/"), folder, "default");
  }
}
