package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.testkit.cluster.ApiServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.dsl.EditReplacePatchable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NodesIT {
  @RegisterExtension static final ApiServer server = new ApiServer();

  @Test
  void whereNodesCannotBeReadNoneIsKnown() {
    assertThat(new Nodes(server.clientFor("somebody"), new TestClock()).largest())
        .isEqualTo(Limits.NONE);
  }

  @Test
  void theLargestNodeIsReadAndRememberedForAWhile() {
    TestClock clock = new TestClock();
    Nodes nodes = new Nodes(server.admin(), clock);
    Limits before = nodes.largest();
    Node node = readyNode("big", "900Ti");
    try {
      assertThat(nodes.largest()).as("remembered").isEqualTo(before);
      clock.forward(Nodes.REMEMBERED.plusSeconds(1));
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> {
            clock.forward(Nodes.REMEMBERED);
            assertThat(nodes.largest().memoryBytes()).hasValue(900L << 40);
          });
    } finally {
      server.admin().resource(node).delete();
    }
  }

  /** A node as its kubelet would report it, were there one. */
  private static Node readyNode(String name, String memory) {
    var nodes = server.admin().nodes();
    nodes
        .resource(new NodeBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    patch(
        nodes.withName(name).subresource("status"),
        """
        {"status": {
          "capacity": {"memory": "%1$s"}, "allocatable": {"memory": "%1$s"},
          "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady",
            "lastHeartbeatTime": "%2$s", "lastTransitionTime": "%2$s"}]}}
        """
            .formatted(memory, now));
    // The server taints a new node until a controller has seen it ready.
    return patch(nodes.withName(name), "{\"spec\": {\"taints\": null}}");
  }

  private static Node patch(EditReplacePatchable<Node> node, String change) {
    return node.patch(PatchContext.of(PatchType.JSON_MERGE), change);
  }
}
