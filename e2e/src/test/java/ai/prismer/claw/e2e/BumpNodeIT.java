package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** More memory for agents that run, asked for by a person, on a node that has it or has not. */
@Alone
class BumpNodeIT {
  private static final long MEBI = 1L << 20;

  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void aRunningAgentGetsMoreMemoryWithoutARestartAndTheKernelKnows() {
    try (KubernetesClient client = Node.admin()) {
      Agents agents = new Agents(client, Node.namespace(client, "bump"));
      agents.hog("steady", 8, 64, "{verifyWindow: 30s}");
      agents.awaitRunning("steady");
      Pod before = agents.pod("steady");

      agents.ask("steady", "bump-memory", "{\"target\":\"96Mi\"}");

      Claw bumped = agents.awaitResult("steady");
      assertThat(bumped.getStatus().ops().lastResult()).isEqualTo("Healthy");
      Pod pod = agents.pod("steady");
      ContainerStatus status = pod.getStatus().getContainerStatuses().getFirst();
      assertThat(pod.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
      assertThat(status.getRestartCount()).isZero();
      assertThat(Cgroups.containerMemory(pod.getMetadata().getUid(), status.getContainerID()))
          .isEqualTo(96 * MEBI);
      assertThat(Cgroups.podMemory(pod.getMetadata().getUid())).isEqualTo(96 * MEBI);
    }
  }

  @Test
  void aBumpThatDoesNotFitTheNodeIsRefused() {
    try (KubernetesClient client = Node.admin()) {
      Agents agents = new Agents(client, Node.namespace(client, "bump"));
      long node = allocatableMemory(client);
      int limit = (int) (node / MEBI * 3 / 10);
      agents.hog("large", 8, limit, "{verifyWindow: 30s}");
      agents.awaitRunning("large");

      agents.ask("large", "bump-memory", "{\"target\":\"" + (node / MEBI * 55 / 100) + "Mi\"}");

      Awaitility.await("the refusal")
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              client.v1().events().inNamespace(agents.namespace()).list().getItems().stream()
                  .anyMatch(event ->
                      event.getMessage().contains("is more than half of the largest schedulable")));
      assertThat(agents.get("large").getStatus().ops().adjustments()).isNull();
    }
  }

  @Test
  void aBumpThatALateCompetitorMadeUnschedulableIsTakenBack() {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "bump");
      Agents agents = new Agents(client, namespace);
      agents.guaranteedHog("squeezed", 8, 1024, "{verifyWindow: 30s}");
      agents.awaitRunning("squeezed");
      compete(client, namespace, 512 * MEBI);

      agents.ask("squeezed", "bump-memory", "{\"target\":\"2Gi\"}");

      Claw undone = agents.awaitResult("squeezed");
      assertThat(undone.getStatus().ops().lastResult()).isEqualTo("Undone");
      assertThat(undone.getStatus().ops().adjustments()).isNull();
      agents.await("squeezed", Duration.ofMinutes(2), claw -> Agents.isTrue(claw, "Ready"));
      assertThat(
              agents
                  .pod("squeezed")
                  .getSpec()
                  .getContainers()
                  .getFirst()
                  .getResources()
                  .getLimits()
                  .get("memory"))
          .isEqualTo(new Quantity("1024Mi"));
      // Nothing else would fit on the node as long as it stands.
      client.pods().inNamespace(namespace).withName("competitor").delete();
    }
  }

  /** A pod that leaves only this much of what the node can still give. */
  private static void compete(KubernetesClient client, String namespace, long left) {
    long requested =
        client.pods().inAnyNamespace().list().getItems().stream()
            .filter(
                pod -> pod.getStatus() == null || !"Succeeded".equals(pod.getStatus().getPhase()))
            .flatMap(pod -> pod.getSpec().getContainers().stream())
            .map(container -> container.getResources().getRequests())
            .filter(requests -> requests != null && requests.containsKey("memory"))
            .mapToLong(requests -> requests.get("memory").getNumericalAmount().longValue())
            .sum();
    Quantity rest = new Quantity(Long.toString(allocatableMemory(client) - requested - left));
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("competitor")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(1000L)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("competitor")
                .withImage(Node.image("hog"))
                .withArgs("8", "1")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withNewResources()
                .withRequests(Map.of("memory", rest))
                .endResources()
                .endContainer()
                .endSpec()
                .build())
        .create();
    Awaitility.await("the competitor")
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            "Running"
                .equals(
                    client
                        .pods()
                        .inNamespace(namespace)
                        .withName("competitor")
                        .get()
                        .getStatus()
                        .getPhase()));
  }

  private static long allocatableMemory(KubernetesClient client) {
    return client.nodes().list().getItems().stream()
        .mapToLong(node ->
            node.getStatus().getAllocatable().get("memory").getNumericalAmount().longValue())
        .max()
        .orElseThrow();
  }
}
