package ai.prismer.claw.cli.chat;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.spec.RuntimeName;
import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.cli.resource.ClawSession;
import ai.prismer.claw.cli.resource.Found;
import ai.prismer.claw.cli.resource.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** The pod in which an agent listens, or why there is none. */
final class TalkingPod {
  private TalkingPod() {}

  /**
   * Its name.
   *
   * @throws CommandException if nobody would answer
   */
  static String of(KubernetesClient client, Found<Claw> claw) {
    RuntimeName runtime = claw.object().getSpec().runtime();
    if (runtime != RuntimeName.OPENCLAW) {
      throw CommandException.failed(
          claw.name()
              + " has the runtime "
              + runtime.wireName()
              + ", and only agents of the runtime "
              + RuntimeName.OPENCLAW.wireName()
              + " can be talked to in this way");
    }
    if (Defaulting.suspended(claw.object().getSpec())) {
      throw CommandException.failed(
          claw.name() + " is suspended", ClawSession.command("wake", claw));
    }
    List<Pod> pods = Pods.of(client, claw);
    if (pods.isEmpty()) {
      throw CommandException.failed(
          claw.name() + " has no pod", ClawSession.command("status", claw) + " says why");
    }
    return pods.stream()
        .filter(TalkingPod::isRunning)
        .map(pod -> pod.getMetadata().getName())
        .findFirst()
        .orElseThrow(() ->
            CommandException.failed(
                "the agent in pod " + pods.getFirst().getMetadata().getName() + " is not running",
                ClawSession.command("status", claw) + " says why"));
  }

  /** Whether the agent itself runs; the other containers may do as they like. */
  private static boolean isRunning(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus() != null
        && pod.getStatus().getContainerStatuses().stream()
            .anyMatch(container ->
                container.getName().equals(Keys.RUNTIME_CONTAINER)
                    && container.getState() != null
                    && container.getState().getRunning() != null);
  }
}
