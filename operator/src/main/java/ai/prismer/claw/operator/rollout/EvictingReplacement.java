package ai.prismer.claw.operator.rollout;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.cache.ServerMemory;
import ai.prismer.claw.operator.model.Names;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Removes pods through the eviction API, so that budgets which protect something else than this one
 * agent are respected.
 *
 * <p>The Claw's own budget exists to keep drains polite. It must not keep the operator from a
 * change that the Claw's owner asked for, so where it alone refuses, the pod is deleted outright,
 * under the condition that it is still exactly the pod that was judged.
 */
public final class EvictingReplacement implements PodReplacement {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  /** Two budgets on one pod: the eviction API cannot decide and answers 500. */
  private static final int SERVER_ERROR = 500;

  /** A budget's refusal is an answer, not an outage: it must not be retried by the client. */
  private static final RequestConfig NO_RETRY =
      new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build();

  private final KubernetesClient client;

  /** Replaces pods with the client. */
  public EvictingReplacement(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Outcome replace(Claw claw, Pod pod) {
    try {
      if (evict(pod)) {
        return new Outcome.Removed();
      }
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == NOT_FOUND || refused.getCode() == CONFLICT) {
        return new Outcome.Gone();
      }
      if (refused.getCode() != SERVER_ERROR || budgets(pod).size() < 2) {
        throw refused;
      }
    }
    List<PodDisruptionBudget> others =
        budgets(pod).stream().filter(budget -> !isOwn(claw, budget)).toList();
    return others.isEmpty() ? delete(pod) : blocked(pod, others);
  }

  /** False when a budget refuses. */
  private boolean evict(Pod pod) {
    Eviction eviction =
        new EvictionBuilder()
            .withNewMetadata()
            .withNamespace(pod.getMetadata().getNamespace())
            .withName(pod.getMetadata().getName())
            .endMetadata()
            .withDeleteOptions(
                new DeleteOptionsBuilder()
                    .withNewPreconditions()
                    .withUid(pod.getMetadata().getUid())
                    .endPreconditions()
                    .build())
            .build();
    return client
        .adapt(NamespacedKubernetesClient.class)
        .withRequestConfig(NO_RETRY)
        .call(once ->
            once.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .evict(eviction));
  }

  private Outcome delete(Pod pod) {
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withNewPreconditions()
            .withUid(pod.getMetadata().getUid())
            .withResourceVersion(pod.getMetadata().getResourceVersion())
            .endPreconditions()
            .build();
    try {
      client.raw(
          "/api/v1/namespaces/"
              + pod.getMetadata().getNamespace()
              + "/pods/"
              + pod.getMetadata().getName(),
          "DELETE",
          options);
      return new Outcome.Removed();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == NOT_FOUND || refused.getCode() == CONFLICT) {
        return new Outcome.Gone();
      }
      throw refused;
    }
  }

  private static Outcome blocked(Pod pod, List<PodDisruptionBudget> others) {
    String names =
        String.join(", ", others.stream().map(budget -> budget.getMetadata().getName()).toList());
    return new Outcome.Blocked(
        "pod "
            + pod.getMetadata().getName()
            + " is not replaced: PodDisruptionBudget "
            + names
            + " selects it too; delete it, or change its selector");
  }

  private List<PodDisruptionBudget> budgets(Pod pod) {
    return client
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(pod.getMetadata().getNamespace())
        .list(ServerMemory.LIST)
        .getItems()
        .stream()
        .filter(budget -> selects(budget.getSpec().getSelector(), pod.getMetadata().getLabels()))
        .toList();
  }

  private static boolean isOwn(Claw claw, PodDisruptionBudget budget) {
    return budget.getMetadata().getName().equals(Names.workload(claw))
        && budget.getMetadata().getOwnerReferences().stream()
            .anyMatch(reference -> reference.getUid().equals(claw.getMetadata().getUid()));
  }

  private static boolean selects(LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return false;
    }
    boolean equal =
        selector.getMatchLabels() == null
            || selector.getMatchLabels().entrySet().stream()
                .allMatch(wanted -> Objects.equals(labels.get(wanted.getKey()), wanted.getValue()));
    return equal
        && (selector.getMatchExpressions() == null
            || selector.getMatchExpressions().stream().allMatch(rule -> holds(rule, labels)));
  }

  private static boolean holds(LabelSelectorRequirement rule, Map<String, String> labels) {
    String value = labels.get(rule.getKey());
    return switch (rule.getOperator()) {
      case "In" -> value != null && rule.getValues().contains(value);
      case "NotIn" -> value == null || !rule.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
