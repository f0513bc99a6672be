package ai.prismer.claw.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@Alone
class RolloutNodeIT {
  @BeforeAll
  static void install() {
    Node.operatorInstalled();
  }

  @Test
  void aChangeOfTheConfigurationRollsAHealthyAgentOnce() throws Exception {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "roll");
      Agents agents = new Agents(client, namespace);
      agents.hog("steady", 8, 64, "{}");
      agents.awaitRunning("steady");
      String first = agents.pod("steady").getMetadata().getUid();

      Set<String> uids = new ConcurrentSkipListSet<>();
      try (Watch _ = client.pods().inNamespace(namespace).watch(new Recorder(uids))) {
        change(client, namespace, "steady");
        agents.await(
            "steady",
            Duration.ofMinutes(2),
            claw -> rolled(claw) && !agents.pod("steady").getMetadata().getUid().equals(first));
        // A second change of nothing must not roll it again: the same spec is applied once more.
        change(client, namespace, "steady");
        agents.awaitRunning("steady");
      }
      assertThat(uids).as("pods seen, the first one included").hasSize(2);
      assertThat(
              client
                  .policy()
                  .v1()
                  .podDisruptionBudget()
                  .inNamespace(namespace)
                  .withName("steady")
                  .get())
          .as("the default budget stood all the time")
          .isNotNull();
    }
  }

  @Test
  void aNodeWithAnAgentCanBeDrained() {
    try (KubernetesClient client = Node.admin()) {
      String namespace = Node.namespace(client, "drain");
      Agents agents = new Agents(client, namespace);
      agents.hog("movable", 8, 64, "{}");
      agents.awaitRunning("movable");
      String first = agents.pod("movable").getMetadata().getUid();
      String node = agents.pod("movable").getSpec().getNodeName();
      try {
        Node.kubectl(
                "drain",
                node,
                "--ignore-daemonsets",
                "--delete-emptydir-data",
                "--force",
                "--timeout=120s")
            .succeeds();
      } finally {
        Node.kubectl("uncordon", node).succeeds();
      }
      agents.await(
          "movable",
          Duration.ofMinutes(3),
          claw ->
              Agents.isTrue(claw, "Ready")
                  && !agents.pod("movable").getMetadata().getUid().equals(first));
    }
  }

  private static void change(KubernetesClient client, String namespace, String name) {
    client
        .resources(Claw.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"config\":{\"environment\":{\"COLOUR\":\"green\"}}}}");
  }

  private static boolean rolled(Claw claw) {
    return Agents.isTrue(claw, "Ready")
        && claw.getMetadata().getGeneration().equals(claw.getStatus().observedGeneration());
  }

  private record Recorder(Set<String> uids) implements Watcher<Pod> {
    @Override
    public void eventReceived(Action action, Pod pod) {
      uids.add(pod.getMetadata().getUid());
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("the watch of pods ended early", cause);
    }

    @Override
    public void onClose() {}
  }
}
