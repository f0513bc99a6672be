package ai.prismer.claw.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The yardstick: the same HTTP client and as many threads as the operator has workers, sending the
 * bodies that the operator sent, with nothing to decide and nothing to watch.
 */
final class BareClient {
  private final KubernetesClient client;
  private final int threads;

  BareClient(KubernetesClient client, int threads) {
    this.client = client;
    this.threads = threads;
  }

  /**
   * Sends for each Claw its finalizer, its children and a status.
   *
   * @param claws what the operator made nothing of
   * @param template the children of one Claw, as the operator made them
   * @return seconds
   */
  double send(List<HasMetadata> claws, List<HasMetadata> template) throws InterruptedException {
    long start = System.nanoTime();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> sent = new ArrayList<>();
      for (HasMetadata claw : claws) {
        sent.add(pool.submit(() -> one(claw, template)));
      }
      for (Future<?> each : sent) {
        each.get();
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the bare client failed", failed.getCause());
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void one(HasMetadata claw, List<HasMetadata> template) {
    String name = claw.getMetadata().getName();
    String namespace = claw.getMetadata().getNamespace();
    var claws = client.genericKubernetesResources("claw.prismer.ai/v1alpha1", "Claw");
    claws
        .inNamespace(namespace)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"finalizers\":[\"claw.prismer.ai/cleanup\"]}}");
    for (HasMetadata child : template) {
      HasMetadata copy = client.getKubernetesSerialization().clone(child);
      String owner = child.getMetadata().getOwnerReferences().getFirst().getName();
      copy.setMetadata(
          new ObjectMetaBuilder()
              .withName(child.getMetadata().getName().replace(owner, name))
              .withNamespace(namespace)
              .withLabels(child.getMetadata().getLabels())
              .withAnnotations(child.getMetadata().getAnnotations())
              .build());
      client.resource(copy).create();
    }
    claws
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"phase\":\"Provisioning\",\"observedGeneration\":1}}");
  }
}
