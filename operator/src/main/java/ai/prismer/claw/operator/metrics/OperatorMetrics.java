package ai.prismer.claw.operator.metrics;

import ai.prismer.claw.api.status.Phase;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this operator says about itself and its Claws. Series of a Claw go with the Claw. Safe for
 * concurrent use.
 */
public final class OperatorMetrics {

  private static final double NANOS_PER_SECOND = 1e9;

  private final Counter reconciliations;
  private final Histogram durations;
  private final Gauge managed;
  private final Gauge phase;
  private final Gauge ready;
  private final Counter writes;
  private final Map<String, Phase> shown = new ConcurrentHashMap<>();

  /** Registers everything. */
  public OperatorMetrics(PrometheusRegistry registry) {
    reconciliations =
        Counter.builder()
            .name("claw_reconcile_total")
            .help("Reconciliations by result: ok, again (the cluster moved on), failed.")
            .labelNames("result")
            .register(registry);
    durations =
        Histogram.builder()
            .name("claw_reconcile_duration_seconds")
            .help("How long a reconciliation took.")
            .classicUpperBounds(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
            .classicOnly()
            .register(registry);
    managed =
        Gauge.builder()
            .name("claw_managed_instances")
            .help("Claws that this operator knows.")
            .register(registry);
    phase =
        Gauge.builder()
            .name("claw_instance_phase")
            .help("1 for the phase a Claw is in.")
            .labelNames("namespace", "name", "phase")
            .register(registry);
    ready =
        Gauge.builder()
            .name("claw_instance_ready")
            .help("1 when a Claw is ready, else 0.")
            .labelNames("namespace", "name")
            .register(registry);
    writes =
        Counter.builder()
            .name("claw_api_writes_total")
            .help("Writing requests to the API server, answered or not.")
            .labelNames("verb", "resource")
            .register(registry);
  }

  /** Counts one reconciliation. */
  public void reconciled(String result, Duration duration) {
    reconciliations.labelValues(result).inc();
    durations.observe(duration.toNanos() / NANOS_PER_SECOND);
  }

  /** Shows where a Claw stands. */
  public void instance(String namespace, String name, Phase now, boolean isReady) {
    Phase before = shown.put(namespace + "/" + name, now);
    if (before != null && before != now) {
      phase.remove(namespace, name, before.name());
    }
    phase.labelValues(namespace, name, now.name()).set(1);
    ready.labelValues(namespace, name).set(isReady ? 1 : 0);
    managed.set(shown.size());
  }

  /** Removes the series of a Claw that is gone. */
  public void gone(String namespace, String name) {
    Phase before = shown.remove(namespace + "/" + name);
    if (before != null) {
      phase.remove(namespace, name, before.name());
      ready.remove(namespace, name);
    }
    managed.set(shown.size());
  }

  /** Counts one writing request. */
  public void wrote(String verb, String resource) {
    writes.labelValues(verb, resource).inc();
  }
}
