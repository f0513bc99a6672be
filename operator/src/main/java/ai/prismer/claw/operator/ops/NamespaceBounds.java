package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.intent.Quantity;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeItem;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The highest limit that LimitRanges and ResourceQuotas of a namespace leave to the runtime
 * container, so that a raise which admission would refuse is refused before anything is touched: a
 * pod that is deleted and cannot be made again is worse than one that runs out of memory now and
 * then. Asked when something is decided, never remembered, for a quota is used by others too.
 *
 * <p>What is counted: a LimitRange's {@code max} and {@code maxLimitRequestRatio} of types Container
 * and Pod (the pod has one container), and what a quota on {@code limits.*} has left, shared by all
 * replicas; where request and limit move together, on {@code requests.*} as well. Quotas with
 * scopes that no pod of ours has, or with a scope selector, are left to admission.
 */
final class NamespaceBounds {
  private static final Logger LOG = LoggerFactory.getLogger(NamespaceBounds.class);
  private static final Set<String> TYPES = Set.of("Container", "Pod");
  private static final Set<String> OUR_SCOPES = Set.of("NotBestEffort", "NotTerminating");

  private final KubernetesClient client;

  NamespaceBounds(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The bounds for a Claw that gets these resources now.
   *
   * @param namespace its namespace
   * @param desired requests and limits of its runtime container, adjustments included
   * @param replicas how many pods get them
   */
  Limits of(String namespace, ResourceRequirements desired, int replicas) {
    return of(
        read(() -> client.limitRanges().inNamespace(namespace).list().getItems()),
        read(() -> client.resourceQuotas().inNamespace(namespace).list().getItems()),
        desired,
        replicas);
  }

  private static <T> List<T> read(Supplier<List<T>> list) {
    try {
      return list.get();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw refused;
      }
      LOG.info("bounds of a namespace cannot be read, admission has them: {}", refused.getMessage());
      return List.of();
    }
  }

  /** The same from what was read. Pure. */
  static Limits of(
      List<LimitRange> ranges,
      List<ResourceQuota> quotas,
      ResourceRequirements desired,
      int replicas) {
    return new Limits(
        bound("memory", ranges, quotas, desired, replicas),
        bound("cpu", ranges, quotas, desired, replicas));
  }

  private static OptionalLong bound(
      String resource,
      List<LimitRange> ranges,
      List<ResourceQuota> quotas,
      ResourceRequirements desired,
      int replicas) {
    Long request = amount(resource, desired.getRequests(), resource);
    Long limit = amount(resource, desired.getLimits(), resource);
    Stream<Long> byRange =
        ranges.stream()
            .flatMap(range -> range.getSpec().getLimits().stream())
            .filter(item -> TYPES.contains(item.getType()))
            .flatMap(item -> byRange(resource, item, request, limit));
    Stream<Long> byQuota =
        quotas.stream()
            .filter(NamespaceBounds::isForUs)
            .flatMap(quota -> byQuota(resource, quota, request, limit, replicas));
    return Stream.concat(byRange, byQuota)
        .mapToLong(Long::longValue)
        // No amount is 0 or less: "nothing" is the smallest there is.
        .map(bound -> Math.max(1, bound))
        .min();
  }

  private static Stream<Long> byRange(
      String resource, LimitRangeItem item, @Nullable Long request, @Nullable Long limit) {
    Long max = amount(resource, item.getMax(), resource);
    Long ratio = null;
    if (request != null && !request.equals(limit) && item.getMaxLimitRequestRatio() != null) {
      var most = item.getMaxLimitRequestRatio().get(resource);
      ratio =
          most == null
              ? null
              : most.getNumericalAmount()
                  .multiply(BigDecimal.valueOf(request))
                  .setScale(0, RoundingMode.DOWN)
                  .longValue();
    }
    return Stream.of(max, ratio).filter(bound -> bound != null);
  }

  private static Stream<Long> byQuota(
      String resource,
      ResourceQuota quota,
      @Nullable Long request,
      @Nullable Long limit,
      int replicas) {
    if (limit == null || quota.getStatus() == null) {
      return Stream.empty();
    }
    Long limits = left("limits." + resource, resource, quota);
    Long requests =
        limit.equals(request)
            ? Stream.of("requests." + resource, resource)
                .map(key -> left(key, resource, quota))
                .filter(left -> left != null)
                .min(Long::compare)
                .orElse(null)
            : null;
    return Stream.of(limits, requests)
        .filter(left -> left != null)
        .map(left -> limit + left / Math.max(1, replicas));
  }

  private static @Nullable Long left(String key, String resource, ResourceQuota quota) {
    Long hard = amount(resource, quota.getStatus().getHard(), key);
    Long used = amount(resource, quota.getStatus().getUsed(), key);
    return hard == null ? null : Long.valueOf(hard - (used == null ? 0 : used));
  }

  private static boolean isForUs(ResourceQuota quota) {
    return quota.getSpec() != null
        && quota.getSpec().getScopeSelector() == null
        && OUR_SCOPES.containsAll(quota.getSpec().getScopes());
  }

  private static @Nullable Long amount(
      String resource,
      @Nullable Map<String, io.fabric8.kubernetes.api.model.Quantity> amounts,
      String key) {
    var amount = amounts == null ? null : amounts.get(key);
    if (amount == null) {
      return null;
    }
    return resource.equals("memory")
        ? Quantity.storedBytes(amount.toString())
        : Quantity.storedMillicores(amount.toString());
  }
}
