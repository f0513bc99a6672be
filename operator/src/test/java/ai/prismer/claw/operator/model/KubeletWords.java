package ai.prismer.claw.operator.model;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** What a kubelet says of a pod that runs, for a bed that has none. */
public final class KubeletWords {
  private KubeletWords() {}

  /** A pod that is ready. */
  public static Pod running(Pod pod) {
    return running(pod, container(runtime(pod)));
  }

  /** A pod that is ready, and whose cgroup has these limits. */
  public static Pod running(Pod pod, Map<String, Quantity> limits) {
    return running(pod, container(pod, limits));
  }

  /** A pod that is ready, with this to say of its runtime. */
  public static Pod running(Pod pod, ContainerStatusBuilder runtime) {
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

  /** A pod whose sidecars have started and are ready. */
  public static Pod sidecarsReady(Pod pod) {
    List<ContainerStatus> statuses =
        pod.getSpec().getInitContainers().stream()
            .map(sidecar -> container(sidecar).withStarted(true).build())
            .toList();
    return new PodBuilder(pod)
        .editOrNewStatus()
        .withInitContainerStatuses(statuses)
        .endStatus()
        .build();
  }

  /** The runtime of a pod that is ready, and whose cgroup has these limits. */
  public static ContainerStatusBuilder container(Pod pod, Map<String, Quantity> limits) {
    return container(runtime(pod))
        .withContainerID("containerd://" + pod.getMetadata().getUid())
        .withNewResources()
        .withLimits(limits)
        .endResources();
  }

  private static Container runtime(Pod pod) {
    return pod.getSpec().getContainers().getFirst();
  }

  private static ContainerStatusBuilder container(Container container) {
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage("image")
        .withImageID("image")
        .withReady(true)
        .withRestartCount(0)
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState();
  }
}
