package ai.prismer.claw.operator.signals;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.RuleBookReader;
import ai.prismer.claw.gate.rule.RuleBookReader.Problem;
import ai.prismer.claw.gate.rule.RuleBookReader.Reading;
import ai.prismer.claw.operator.events.EventReason;
import ai.prismer.claw.operator.events.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules in force: the built-in ones, changed by the ConfigMap {@code k8s4claw-rules} of the
 * operator's namespace as often as that changes.
 *
 * <p>What does not fit in it is said in Warning Events on the ConfigMap itself, where the person
 * who wrote it looks, and counted. Safe for concurrent use.
 */
public final class RuleWatch implements Supplier<RuleBook>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuleWatch.class);

  private final KubernetesClient client;
  private final String namespace;
  private final EventRecorder events;
  private final Runnable changed;
  private final Gauge problems;
  private volatile RuleBook book = RuleBook.DEFAULT;
  private volatile @Nullable SharedIndexInformer<ConfigMap> informer;

  /**
   * Knows the built-in rules until {@link #start}.
   *
   * @param client client of the operator
   * @param namespace namespace of the operator
   * @param events where problems are said
   * @param changed told when other rules are in force
   * @param registry where numbers are registered
   */
  public RuleWatch(
      KubernetesClient client,
      String namespace,
      EventRecorder events,
      Runnable changed,
      PrometheusRegistry registry) {
    this.client = client;
    this.namespace = namespace;
    this.events = events;
    this.changed = changed;
    this.problems =
        Gauge.builder()
            .name("k8s4claw_rule_problems")
            .help(
                "Entries of the ConfigMap k8s4claw-rules that are not in force because they do"
                    + " not fit.")
            .register(registry);
  }

  /** Reads the ConfigMap and goes on watching it. */
  public void start() {
    informer =
        client
            .configMaps()
            .inNamespace(namespace)
            .withName(Keys.RULES_CONFIG_MAP)
            .inform(new Reader());
  }

  @Override
  public RuleBook get() {
    return book;
  }

  @Override
  public void close() {
    SharedIndexInformer<ConfigMap> started = informer;
    if (started != null) {
      started.stop();
    }
  }

  private synchronized void read(@Nullable ConfigMap map) {
    RuleBook before = book;
    Map<String, String> data = map == null || map.getData() == null ? Map.of() : map.getData();
    Reading reading = RuleBookReader.read(data, before);
    book = reading.book();
    problems.set(reading.problems().size());
    for (Problem problem : reading.problems()) {
      LOG.warn("ConfigMap {}: {}", Keys.RULES_CONFIG_MAP, problem);
      if (map != null) {
        events.record(map, EventReason.RuleInvalid, problem.toString());
      }
    }
    if (!reading.book().equals(before)) {
      String rules =
          reading.book().rules().stream().map(Rule::id).collect(Collectors.joining(", "));
      LOG.info("rules in force: {}", rules);
      if (map != null) {
        events.record(map, EventReason.RulesChanged, "in force now: " + rules);
      }
      changed.run();
    }
  }

  private final class Reader implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onAdd(ConfigMap added) {
      read(added);
    }

    @Override
    public void onUpdate(ConfigMap before, ConfigMap now) {
      if (!Objects.equals(before.getData(), now.getData())) {
        read(now);
      }
    }

    @Override
    public void onDelete(ConfigMap deleted, boolean finalStateUnknown) {
      read(null);
    }
  }
}
