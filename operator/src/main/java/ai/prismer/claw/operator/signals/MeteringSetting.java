package ai.prismer.claw.operator.signals;

import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What loads are measured with.
 *
 * @param client client of the operator
 * @param namespace its namespace
 * @param configuration where measurements come from
 * @param pods all pods that carry this operator's label
 * @param book when a load is a signal
 * @param acting whether this operator acts
 * @param trigger asks for a reconciliation
 * @param clock the time
 * @param registry where numbers are registered
 */
public record MeteringSetting(
    KubernetesClient client,
    String namespace,
    OperatorConfiguration.MeteringSources configuration,
    Supplier<Stream<Pod>> pods,
    Supplier<RuleBook> book,
    BooleanSupplier acting,
    Trigger trigger,
    Clock clock,
    PrometheusRegistry registry) {

  /** A metering of this setting; it begins when it is started. */
  public Metering metering() {
    List<SampleSource> sources = new ArrayList<>();
    if (configuration.metricsApi()) {
      sources.add(new MetricsApi(client));
    }
    if (configuration.kubelet().enabled()) {
      sources.add(new KubeletMetrics(client, namespace, configuration.kubelet(), pods, clock));
    }
    return new Metering(sources, pods, book, acting, trigger, clock, registry);
  }
}
