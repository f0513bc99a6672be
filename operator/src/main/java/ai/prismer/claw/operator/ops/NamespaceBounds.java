package ai.prismer.claw.operator.ops;

import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.operator.cache.ServerMemory;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeItem;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * then. Read when something is decided, which never happens at rest, and not remembered: a quota is
 * used by others too.
 *
 * <p>What is counted: a LimitRange's {@code max} and {@code maxLimitRequestRatio} of types
 * Container and Pod, and what a quota on {@code limits.*} has left besides what the Claw's pods use
 * of it already, shared by all replicas; where request and limit move together, on {@code
 * requests.*} as well. Quotas with scopes that no pod of ours has, or with a scope selector, are
 * left to admission.
 */
record NamespaceBounds(List<LimitRange> ranges, List<ResourceQuota> quotas) {
  private static final Logger LOG = LoggerFactory.getLogger(NamespaceBounds.class);
  private static final Set<String> OUR_SCOPES = Set.of("NotBestEffort", "NotTerminating");

  /** The bounds that a namespace has now; none of a kind that the operator may not read. */
  static NamespaceBounds read(KubernetesClient client, String namespace) {
    return new NamespaceBounds(
        read(() -> client.limitRanges().inNamespace(namespace).list(ServerMemory.LIST).getItems()),
        read(() ->
            client.resourceQuotas().inNamespace(namespace).list(ServerMemory.LIST).getItems()));
  }

  private static <T> List<T> read(Supplier<List<T>> list) {
    try {
      return list.get();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw refused;
      }
      LOG.info(
          "bounds of a namespace cannot be read, admission has them: {}", refused.getMessage());
      return List.of();
    }
  }

  /** What they leave to the Claw that is seen. Pure. */
  Limits of(Sight sight) {
    return new Limits(bound(Demand.ofMemory(sight)), bound(Demand.ofCpu(sight)));
  }

  private OptionalLong bound(Demand demand) {
    Stream<Long> byRange =
        ranges.stream()
            .flatMap(range -> range.getSpec().getLimits().stream())
            .flatMap(item -> byRange(item, demand));
    Stream<Long> byQuota =
        quotas.stream().filter(NamespaceBounds::isForUs).flatMap(quota -> byQuota(quota, demand));
    return Stream.concat(byRange, byQuota)
        .mapToLong(Long::longValue)
        // No amount is 0 or less: "nothing" is the smallest there is.
        .map(bound -> Math.max(1, bound))
        .min();
  }

  private static Stream<Long> byRange(LimitRangeItem item, Demand demand) {
    boolean pod = "Pod".equals(item.getType());
    if (!pod && !"Container".equals(item.getType())) {
      return Stream.empty();
    }
    long others = pod ? demand.otherLimits() : 0;
    Long max = amount(demand, item.getMax(), demand.resource());
    var ratio =
        item.getMaxLimitRequestRatio() == null || demand.moveTogether()
            ? null
            : item.getMaxLimitRequestRatio().get(demand.resource());
    long request = demand.request() + (pod ? demand.otherRequests() : 0);
    Long byRatio =
        ratio == null
            ? null
            : ratio
                .getNumericalAmount()
                .multiply(BigDecimal.valueOf(request))
                .setScale(0, RoundingMode.DOWN)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    return Stream.of(max, byRatio).filter(Objects::nonNull).map(bound -> bound - others);
  }

  private static Stream<Long> byQuota(ResourceQuota quota, Demand demand) {
    if (quota.getStatus() == null) {
      return Stream.empty();
    }
    String resource = demand.resource();
    Stream<String> keys =
        demand.moveTogether()
            ? Stream.of("limits." + resource, "requests." + resource, resource)
            : Stream.of("limits." + resource);
    return keys.map(key -> left(key, quota, demand))
        .filter(Objects::nonNull)
        .map(left -> (left + demand.used()) / demand.replicas());
  }

  private static @Nullable Long left(String key, ResourceQuota quota, Demand demand) {
    Long hard = amount(demand, quota.getStatus().getHard(), key);
    Long used = amount(demand, quota.getStatus().getUsed(), key);
    return hard == null ? null : Long.valueOf(hard - (used == null ? 0 : used));
  }

  private static boolean isForUs(ResourceQuota quota) {
    return quota.getSpec() != null
        && quota.getSpec().getScopeSelector() == null
        && OUR_SCOPES.containsAll(quota.getSpec().getScopes());
  }

  private static @Nullable Long amount(
      Demand demand,
      @Nullable Map<String, io.fabric8.kubernetes.api.model.Quantity> amounts,
      String key) {
    var amount = amounts == null ? null : amounts.get(key);
    if (amount == null) {
      return null;
    }
    return demand.resource().equals(Demand.MEMORY)
        ? Quantity.storedBytes(amount.toString())
        : Quantity.storedMillicores(amount.toString());
  }
}
