package ai.prismer.claw.operator.ops;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.IntSupplier;

/** What healing counts. No series is labelled with a Claw, so none outlives one. */
final class OpsMetrics {
  private static final double[] SECONDS = {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

  private final Counter signals;
  private final Counter intents;
  private final Counter outcomes;
  private final Histogram applied;

  /**
   * Registers the metrics.
   *
   * @param registry where
   * @param inFlight how many Claws have an action in flight now
   * @param outbreaks where healing has stopped
   */
  OpsMetrics(PrometheusRegistry registry, IntSupplier inFlight, Outbreaks outbreaks) {
    signals =
        Counter.builder()
            .name("k8s4claw_signals_total")
            .help("Signals of agents, by type.")
            .labelNames("type")
            .register(registry);
    intents =
        Counter.builder()
            .name("k8s4claw_intents_total")
            .help("Decisions of the gate on intents, by decision and, for refusals, reason.")
            .labelNames("decision", "reason")
            .register(registry);
    outcomes =
        Counter.builder()
            .name("k8s4claw_outcomes_total")
            .help("How executed actions ended.")
            .labelNames("result")
            .register(registry);
    applied =
        Histogram.builder()
            .name("k8s4claw_signal_to_applied_seconds")
            .help("From the last signal that a rule counted until its action was carried out.")
            .classicUpperBounds(SECONDS)
            .register(registry);
    GaugeWithCallback.builder()
        .name("k8s4claw_actions_in_flight")
        .help("Claws with an action that is being carried out or watched.")
        .callback(callback -> callback.call(inFlight.getAsInt()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("k8s4claw_outbreaks")
        .help(
            "Where so many agents fail at once that nothing is done automatically: namespaces, and"
                + " the cluster as a whole.")
        .labelNames("scope")
        .callback(callback -> {
          callback.call(outbreaks.inNamespaces(), "namespace");
          callback.call(outbreaks.inCluster(), "cluster");
        })
        .register(registry);
  }

  void seen(String type) {
    signals.labelValues(type).inc();
  }

  void accepted() {
    intents.labelValues("Execute", "").inc();
  }

  void held() {
    intents.labelValues("Hold", "").inc();
  }

  void observed() {
    intents.labelValues("WouldExecute", "").inc();
  }

  void refused(String code) {
    intents.labelValues("Reject", code).inc();
  }

  void ended(String result) {
    outcomes.labelValues(result).inc();
  }

  void applied(double seconds) {
    applied.observe(seconds);
  }
}
