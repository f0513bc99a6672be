package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.intent.Quantity;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.SignalType;
import ai.prismer.claw.gate.rule.Thresholds;
import ai.prismer.claw.operator.apply.ChildCache;
import ai.prismer.claw.operator.ops.Pods;
import ai.prismer.claw.operator.ops.Usage;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.ContainerMetrics;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what agents use with what they may, as {@code metrics.k8s.io} tells it, in one list for
 * all of them every {@link #PERIOD}.
 *
 * <p>Only a change matters: that usage of a pod went above a threshold, or below it again, asks for
 * a reconciliation of its Claw; samples are stored nowhere. A list that fails a few times in a row
 * leaves everything as it was last seen, and after {@link #BELIEVED} nothing is known: then nobody
 * is above anything, and a number says that nothing is measured.
 */
public final class UsageWatch implements Usage, AutoCloseable {
  /** How often is looked; the kubelet measures every 10 to 15 s. */
  static final Duration PERIOD = Duration.ofSeconds(15);

  /** How long the last list is believed while no other can be had. */
  static final Duration BELIEVED = Duration.ofMinutes(2);

  private static final Logger LOGGER = LoggerFactory.getLogger(UsageWatch.class);

  private final KubernetesClient client;
  private final ChildCache cache;
  private final Supplier<RuleBook> rules;
  private final Trigger trigger;
  private final ScheduledExecutorService looker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("usage").daemon().factory());

  /** By UID of the pod, what it is above of; replaced as a whole. */
  private volatile Map<String, Set<SignalType>> above = Map.of();

  private volatile boolean measured;
  private long lastSeen = System.nanoTime();

  /**
   * A watch that is not started.
   *
   * @param client client of the operator's own account
   * @param cache where the pods of Claws are
   * @param rules where the thresholds stand
   * @param trigger asked for the Claw of each pod that crossed one
   * @param registry where the number is registered that says whether anything is measured
   */
  public UsageWatch(
      KubernetesClient client,
      ChildCache cache,
      Supplier<RuleBook> rules,
      Trigger trigger,
      PrometheusRegistry registry) {
    this.client = client;
    this.cache = cache;
    this.rules = rules;
    this.trigger = trigger;
    GaugeWithCallback.builder()
        .name("k8s4claw_usage_measured")
        .help("1 while metrics.k8s.io tells what agents use, else 0: no HighMemory, no HighCPU.")
        .callback(callback -> callback.call(measured ? 1 : 0))
        .register(registry);
  }

  /** Begins to look. */
  public void start() {
    looker.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public Set<SignalType> above(Pod pod) {
    return above.getOrDefault(pod.getMetadata().getUid(), Set.of());
  }

  private void look() {
    try {
      take(client.top().pods().metrics().getItems());
      if (!measured) {
        LOGGER.info("metrics.k8s.io tells what agents use");
      }
      measured = true;
      lastSeen = System.nanoTime();
    } catch (KubernetesClientException refused) {
      if (measured) {
        LOGGER.warn("what agents use is not known now: {}", refused.getMessage());
      }
      measured = false;
      if (System.nanoTime() - lastSeen > BELIEVED.toNanos()) {
        above = Map.of();
      }
    } catch (RuntimeException broken) {
      LOGGER.error("usage could not be compared", broken);
    }
  }

  private void take(List<PodMetrics> all) {
    Thresholds thresholds = rules.get().thresholds();
    Map<String, Set<SignalType>> before = above;
    Map<String, Set<SignalType>> next = new HashMap<>();
    Map<String, Pod> crossed = new HashMap<>();
    for (PodMetrics metrics : all) {
      Pod pod =
          cache.get(
              Pod.class, metrics.getMetadata().getNamespace(), metrics.getMetadata().getName());
      if (pod != null) {
        String uid = pod.getMetadata().getUid();
        Set<SignalType> now = compare(metrics, pod, thresholds);
        if (!now.isEmpty()) {
          next.put(uid, now);
        }
        if (!now.equals(before.getOrDefault(uid, Set.of()))) {
          crossed.put(uid, pod);
        }
      }
    }
    above = next;
    crossed.values().forEach(this::tell);
  }

  private void tell(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    String claw = labels == null ? null : labels.get(Keys.LABEL_INSTANCE);
    if (claw != null) {
      trigger.one(pod.getMetadata().getNamespace(), claw);
    }
  }

  static Set<SignalType> compare(PodMetrics metrics, Pod pod, Thresholds thresholds) {
    EnumSet<SignalType> found = EnumSet.noneOf(SignalType.class);
    for (ContainerMetrics container : metrics.getContainers()) {
      if (Keys.RUNTIME_CONTAINER.equals(container.getName())) {
        long memory = Quantity.storedBytes(amount(container, "memory"));
        long cpu = millicores(container);
        if (isAbove(memory, Pods.memoryLimit(pod), thresholds.memoryAbove())) {
          found.add(SignalType.HIGH_MEMORY);
        }
        if (isAbove(cpu, Pods.cpuLimit(pod), thresholds.cpuAbove())) {
          found.add(SignalType.HIGH_CPU);
        }
      }
    }
    return found;
  }

  private static boolean isAbove(long used, OptionalLong limit, double part) {
    return limit.isPresent() && used > limit.getAsLong() * part;
  }

  private static String amount(ContainerMetrics container, String resource) {
    var quantity = container.getUsage().get(resource);
    return quantity == null ? "0" : quantity.toString();
  }

  /** Told in nanocores. */
  private static long millicores(ContainerMetrics container) {
    var quantity = container.getUsage().get("cpu");
    return quantity == null ? 0 : quantity.getNumericalAmount().movePointRight(3).longValue();
  }

  @Override
  public void close() {
    looker.shutdownNow();
  }
}
