package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** What a kubelet says of a pod that runs, for a bed that has none. */
final class KubeletWords {
  private KubeletWords() {}

  /** A pod that is ready, and whose cgroup has these limits. */
  static Pod running(Pod pod, Map<String, Quantity> limits) {
    return running(pod, container(pod, limits));
  }

  /** A pod that is ready, with this to say of its runtime. */
  static Pod running(Pod pod, ContainerStatusBuilder runtime) {
    return new PodBuilder(pod)
        .editOrNewStatus()
        .withPhase("Running")
        .withConditions()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .withContainerStatuses(runtime.build())
        .endStatus()
        .build();
  }

  /** The runtime of such a pod. */
  static ContainerStatusBuilder container(Pod pod, Map<String, Quantity> limits) {
    return new ContainerStatusBuilder()
        .withName(Keys.RUNTIME_CONTAINER)
        .withImage("image")
        .withImageID("image")
        .withContainerID("containerd://" + Pods.uid(pod))
        .withReady(true)
        .withRestartCount(0)
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .withNewResources()
        .withLimits(limits)
        .endResources();
  }
}
