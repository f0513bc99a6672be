package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.operator.model.EffectiveResources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Claw takes of one resource, in bytes or millicores. Pure.
 *
 * @param resource {@code memory} or {@code cpu}
 * @param request what the runtime container requests; 0 where it requests nothing
 * @param moveTogether whether its request rises with its limit: they are equal, or only the limit
 *     is given and the API server makes them so
 * @param otherRequests what the other containers of a pod request
 * @param otherLimits what they are limited to
 * @param used limits of the runtime containers of the pods there are
 * @param replicas how many pods are wanted, at least 1
 */
record Demand(
    String resource,
    long request,
    boolean moveTogether,
    long otherRequests,
    long otherLimits,
    long used,
    int replicas) {
  static final String MEMORY = "memory";
  private static final String CPU = "cpu";
  private static final List<String> ENDED = List.of("Failed", "Succeeded");

  static Demand ofMemory(Sight sight) {
    return of(sight, MEMORY, Quantity::storedBytes, Pods::memoryLimit);
  }

  static Demand ofCpu(Sight sight) {
    return of(sight, CPU, Quantity::storedMillicores, Pods::cpuLimit);
  }

  private static Demand of(
      Sight sight,
      String resource,
      ToLongFunction<String> read,
      Function<Pod, OptionalLong> running) {
    ResourceRequirements runtime = EffectiveResources.of(sight.claw());
    long request = amount(runtime.getRequests(), resource, read);
    long limit = amount(runtime.getLimits(), resource, read);
    long otherRequests = 0;
    long otherLimits = 0;
    for (Container other : others(sight)) {
      ResourceRequirements resources = other.getResources();
      if (resources != null) {
        long otherLimit = amount(resources.getLimits(), resource, read);
        long otherRequest = amount(resources.getRequests(), resource, read);
        otherLimits += otherLimit;
        otherRequests += otherRequest == 0 ? otherLimit : otherRequest;
      }
    }
    return new Demand(
        resource,
        request,
        request == 0 || request == limit,
        otherRequests,
        otherLimits,
        sight.pods().stream()
            .filter(pod -> !hasEnded(pod))
            .mapToLong(pod -> running.apply(pod).orElse(0))
            .sum(),
        Math.max(1, sight.replicas()));
  }

  private static boolean hasEnded(Pod pod) {
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    return phase != null && ENDED.contains(phase);
  }

  /** The containers that run beside the runtime as long as the pod does. */
  private static List<Container> others(Sight sight) {
    if (sight.statefulSet() == null) {
      return List.of();
    }
    PodSpec pod = sight.statefulSet().getSpec().getTemplate().getSpec();
    return Stream.concat(
            list(pod.getContainers()),
            list(pod.getInitContainers())
                .filter(container -> "Always".equals(container.getRestartPolicy())))
        .filter(container -> !Keys.RUNTIME_CONTAINER.equals(container.getName()))
        .toList();
  }

  private static Stream<Container> list(@Nullable List<Container> containers) {
    return containers == null ? Stream.empty() : containers.stream();
  }

  private static long amount(
      @Nullable Map<String, io.fabric8.kubernetes.api.model.Quantity> amounts,
      String resource,
      ToLongFunction<String> read) {
    var amount = amounts == null ? null : amounts.get(resource);
    return amount == null ? 0 : read.applyAsLong(amount.toString());
  }
}
