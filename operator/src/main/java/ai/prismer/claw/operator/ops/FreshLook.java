package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.operator.reconcile.OwnedPods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a decision rests on, as the API server has it now: informers may be behind, and a decision
 * has consequences.
 *
 * @param pods the Claw's own pods
 * @param largestNode allocatable resources of the largest schedulable node
 * @param namespace what LimitRanges and ResourceQuotas say
 */
record FreshLook(List<Pod> pods, Limits largestNode, NamespaceBounds namespace) {

  /** Reads all of it side by side: the reads wait for the server and not for each other. */
  static FreshLook at(Sight sight, KubernetesClient client, Nodes nodes) {
    try (ExecutorService reads = Executors.newVirtualThreadPerTaskExecutor()) {
      String namespace = sight.claw().getMetadata().getNamespace();
      Future<NamespaceBounds> bounds = reads.submit(() -> NamespaceBounds.read(client, namespace));
      Future<Limits> largest = reads.submit(() -> nodes.largest());
      List<Pod> pods = pods(sight, client);
      return new FreshLook(pods, result(largest), result(bounds));
    }
  }

  Ceilings ceilings(Sight sight) {
    return new Ceilings(largestNode, namespace.of(sight));
  }

  private static List<Pod> pods(Sight sight, KubernetesClient client) {
    StatefulSet statefulSet = sight.statefulSet();
    if (statefulSet == null) {
      return List.of();
    }
    String namespace = sight.claw().getMetadata().getNamespace();
    return OwnedPods.of(
        sight.claw(),
        statefulSet,
        Pods.names(statefulSet).stream()
            .map(name -> client.pods().inNamespace(namespace).withName(name).get())
            .filter(Objects::nonNull));
  }

  private static <T> T result(Future<T> read) {
    try {
      return read.get();
    } catch (ExecutionException refused) {
      // As if it had been read here: who tries again looks at what the server said.
      throw refused.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(refused);
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("told to stop while reading", told);
    }
  }
}
