package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.gate.intent.Action;
import ai.prismer.claw.gate.intent.Quantity;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What an action in flight is to bring about, read from its announcement in the status and from
 * nothing else: an intent that has changed since, or is gone, changes nothing. Pure.
 */
final class Goal {
  private Goal() {}

  /** The action. */
  static Action action(InFlight flight) {
    return Action.of(flight.action())
        .orElseThrow(() -> new IllegalStateException("no action is called " + flight.action()));
  }

  /** Whether the action is done, as far as workload and pods show it. */
  static boolean isReached(InFlight flight, Sight sight) {
    return switch (action(flight)) {
      case BUMP_MEMORY, BUMP_CPU ->
          template(flight, sight.statefulSet()).orElse(0) >= target(flight)
              && sight.staying().stream().allMatch(pod -> hasLimit(pod, flight));
      case RESTART_POD -> toRemove(flight, sight) == null;
      case ROLLOUT_RESTART ->
          isRestarted(template(sight.statefulSet()), flight)
              && sight.staying().stream().allMatch(pod -> isRestarted(pod.getMetadata(), flight));
      case SCALE_REPLICAS -> sight.replicas() == replicas(flight);
    };
  }

  /** Whether this pod is what the action was to bring about. */
  static boolean isIntended(Pod pod, InFlight flight, Sight sight) {
    if (Pods.isGoing(pod) || !Pods.isAtRevision(pod, sight.statefulSet())) {
      return false;
    }
    return switch (action(flight)) {
      case BUMP_MEMORY, BUMP_CPU -> hasLimit(pod, flight);
      case RESTART_POD -> !Pods.uid(pod).equals(flight.podUid());
      case ROLLOUT_RESTART -> isRestarted(pod.getMetadata(), flight);
      case SCALE_REPLICAS -> true;
    };
  }

  /** Whether what the action left behind can be taken away again; a restart has happened. */
  static boolean canBeTakenBack(InFlight flight) {
    return switch (action(flight)) {
      case BUMP_MEMORY, BUMP_CPU, SCALE_REPLICAS -> true;
      case RESTART_POD, ROLLOUT_RESTART -> false;
    };
  }

  /** The pod that a restart is to remove; null for other actions, or once it is gone. */
  static @Nullable Pod toRemove(InFlight flight, Sight sight) {
    return action(flight) != Action.RESTART_POD
        ? null
        : sight.staying().stream()
            .filter(pod -> Pods.uid(pod).equals(flight.podUid()))
            .findFirst()
            .orElse(null);
  }

  private static boolean hasLimit(Pod pod, InFlight flight) {
    return limit(pod, flight).orElse(0) >= target(flight);
  }

  private static OptionalLong limit(Pod pod, InFlight flight) {
    return action(flight) == Action.BUMP_MEMORY ? Pods.memoryLimit(pod) : Pods.cpuLimit(pod);
  }

  private static OptionalLong template(InFlight flight, @Nullable StatefulSet statefulSet) {
    return action(flight) == Action.BUMP_MEMORY
        ? Pods.memoryLimit(statefulSet)
        : Pods.cpuLimit(statefulSet);
  }

  private static @Nullable ObjectMeta template(@Nullable StatefulSet statefulSet) {
    return statefulSet == null ? null : statefulSet.getSpec().getTemplate().getMetadata();
  }

  private static boolean isRestarted(@Nullable ObjectMeta metadata, InFlight flight) {
    return metadata != null
        && metadata.getAnnotations() != null
        && flight.generation().toString().equals(metadata.getAnnotations().get(Keys.RESTART));
  }

  /** Bytes or millicores of the limit that was accepted. */
  private static long target(InFlight flight) {
    String target = parameter(flight, "target");
    return action(flight) == Action.BUMP_MEMORY
        ? Quantity.storedBytes(target)
        : Quantity.storedMillicores(target);
  }

  private static int replicas(InFlight flight) {
    return Integer.parseInt(parameter(flight, "replicas"));
  }

  private static String parameter(InFlight flight, String name) {
    String value = flight.params() == null ? null : flight.params().get(name);
    if (value == null) {
      throw new IllegalStateException(
          "action " + flight.generation() + " names no " + name + " in status.ops.inFlight");
    }
    return value;
  }
}
