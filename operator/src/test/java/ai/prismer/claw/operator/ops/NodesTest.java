package ai.prismer.claw.operator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.gate.decision.Limits;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodesTest {

  private static Node node(String spec, String allocatable) {
    return Serialization.unmarshal(
        "apiVersion: v1\nkind: Node\nspec: %s\nstatus: {allocatable: %s}"
            .formatted(spec, allocatable),
        Node.class);
  }

  @Test
  void theLargestOfEachResourceCounts() {
    assertThat(
            Nodes.largest(
                Limits.NONE,
                List.of(
                    node("{}", "{memory: 1Gi, cpu: '8'}"), node("{}", "{memory: 4Gi, cpu: 500m}"))))
        .isEqualTo(Limits.of(4L << 30, 8000));
  }

  @Test
  void aNodeThatTakesNoPodsCountsForNothing() {
    Node cordoned = node("{unschedulable: true}", "{memory: 8Gi, cpu: '1'}");
    Node tainted = node("{taints: [{key: k, effect: NoSchedule}]}", "{memory: 8Gi, cpu: '1'}");
    Node avoided =
        node("{taints: [{key: k, effect: PreferNoSchedule}]}", "{memory: 1Gi, cpu: '1'}");

    assertThat(Nodes.largest(Limits.NONE, List.of(cordoned, tainted))).isEqualTo(Limits.NONE);
    assertThat(Nodes.largest(Limits.NONE, List.of(cordoned, tainted, avoided)))
        .isEqualTo(Limits.of(1L << 30, 1000));
  }
}
