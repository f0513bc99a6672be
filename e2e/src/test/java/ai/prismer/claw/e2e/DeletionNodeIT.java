package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With every admission policy bound, what Kubernetes itself deletes must still go. */
class DeletionNodeIT {
  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void aNamespaceWithARunningAgentIsDeleted() {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "gone");
      Agents agents = new Agents(client, namespace);
      agents.hog("leaving", 8, 64, "{agentIntents: Auto}");
      agents.awaitRunning("leaving");
      Node.kubectl("delete", "namespace", namespace, "--timeout=90s").succeeds();
      assertThat(client.namespaces().withName(namespace).get()).isNull();
    }
  }

  @Test
  void aForegroundDeletionTakesTheChildrenFirst() {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "foreground");
      Agents agents = new Agents(client, namespace);
      agents.hog("leaving", 8, 64, "{}");
      agents.awaitRunning("leaving");
      Node.kubectl(
              "-n", namespace, "delete", "claw", "leaving", "--cascade=foreground", "--timeout=90s")
          .succeeds();
      assertThat(client.apps().statefulSets().inNamespace(namespace).list().getItems()).isEmpty();
      assertThat(client.pods().inNamespace(namespace).list().getItems()).isEmpty();
    }
  }
}
