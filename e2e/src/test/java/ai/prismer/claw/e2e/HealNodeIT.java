package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealNodeIT {
  private static final long MEBI = 1024L * 1024;

  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void anAgentThatTheKernelKillsTwiceGetsMoreMemoryAndAReceiptAStrangerCanVerify(
      @TempDir Path folder) {
    try (KubernetesClient client = Node.admin()) {
      Agents agents = new Agents(client, Node.namespace(client, "heal"));
      Claw before = agents.hog("hungry", 80, 64, "{verifyWindow: 30s}");

      Claw healed =
          agents.await(
              "hungry",
              Duration.ofMinutes(4),
              claw ->
                  claw.getStatus() != null
                      && claw.getStatus().ops() != null
                      && claw.getStatus().ops().lastResult() != null);

      assertThat(healed.getStatus().ops().lastResult()).isEqualTo("Healthy");
      assertThat(healed.getSpec()).as("the spec is never rewritten").isEqualTo(before.getSpec());
      assertThat(healed.getMetadata().getGeneration()).isEqualTo(1);
      assertThat(healed.getMetadata().getAnnotations())
          .doesNotContainKey("claw.prismer.ai/ops-intent");
      assertThat(Agents.isTrue(healed, "Ready")).isTrue();
      theKernelHoldsThePodToTheHealedLimit(agents.pod("hungry"));
      theReceiptsVerifyOffline(folder.resolve("receipts.jsonl"));
    }
  }

  private static void theKernelHoldsThePodToTheHealedLimit(Pod pod) {
    String limit =
        pod.getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getLimits()
            .get("memory")
            .toString();
    ContainerStatus status = pod.getStatus().getContainerStatuses().getFirst();
    assertThat(limit).isEqualTo("96Mi");
    assertThat(status.getRestartCount()).as("restarts of the healed pod").isZero();
    assertThat(Cgroups.containerMemory(pod.getMetadata().getUid(), status.getContainerID()))
        .isEqualTo(96 * MEBI);
    assertThat(Cgroups.podMemory(pod.getMetadata().getUid())).isEqualTo(96 * MEBI);
  }

  private static void theReceiptsVerifyOffline(Path export) {
    Node.kubectlClaw("audit", "export", "-o", export.toString()).succeeds();
    String key =
        Node.kubectlClaw("audit", "key")
            .succeeds()
            .lines()
            .filter(line -> line.startsWith("claw.prismer.ai/log/"))
            .findFirst()
            .orElseThrow();
    assertThat(Node.kubectlClaw("audit", "verify", export.toString(), "--key", key).succeeds())
        .contains("verified: ");
  }
}
