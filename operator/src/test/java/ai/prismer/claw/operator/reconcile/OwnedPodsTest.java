package ai.prismer.claw.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.model.Claws;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnedPodsTest {

  private static final Claw CLAW = Claws.openclaw();

  @Test
  void aPodIsOwnedByNameAndByTheChainOfUids() {
    StatefulSet own = workload("set-uid", owner("claw-uid", true));

    assertThat(
            OwnedPods.of(
                CLAW,
                own,
                Stream.of(
                    pod("my-agent-1", owner("set-uid", true)),
                    pod("my-agent-0", owner("set-uid", true)),
                    pod("my-agent-2", owner("other-uid", true)),
                    pod("my-agent-3", owner("set-uid", false)),
                    pod("my-agent-x", owner("set-uid", true)),
                    pod("my-agent-01", owner("set-uid", true)),
                    pod("my-agent", owner("set-uid", true)),
                    pod("labelled", owner("other-uid", true)))))
        .extracting(pod -> pod.getMetadata().getName())
        .containsExactly("my-agent-0", "my-agent-1");
  }

  @Test
  void aWorkloadOfAnotherClawOwnsNothingHere() {
    Pod pod = pod("my-agent-0", owner("set-uid", true));

    assertThat(OwnedPods.of(CLAW, workload("set-uid", owner("other-claw", true)), Stream.of(pod)))
        .isEmpty();
    assertThat(OwnedPods.of(CLAW, null, Stream.of(pod))).isEmpty();
  }

  private static StatefulSet workload(String uid, OwnerReference owner) {
    return new StatefulSetBuilder()
        .withNewMetadata()
        .withNamespace("team")
        .withName("my-agent")
        .withUid(uid)
        .withOwnerReferences(owner)
        .endMetadata()
        .build();
  }

  private static Pod pod(String name, OwnerReference owner) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("team")
        .withName(name)
        .withLabels(Map.of("claw.prismer.ai/instance", "my-agent"))
        .withOwnerReferences(owner)
        .endMetadata()
        .build();
  }

  private static OwnerReference owner(String uid, boolean controller) {
    return new OwnerReferenceBuilder().withUid(uid).withController(controller).build();
  }
}
