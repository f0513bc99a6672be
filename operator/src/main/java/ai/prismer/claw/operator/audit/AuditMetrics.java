package ai.prismer.claw.operator.audit;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What the receipt log counts. */
final class AuditMetrics {
  private final Counter appended;
  private final Counter failures;
  private final Gauge size;

  AuditMetrics(PrometheusRegistry registry) {
    appended =
        Counter.builder()
            .name("k8s4claw_receipts_appended_total")
            .help("Receipts that this operator appended to the log.")
            .register(registry);
    failures =
        Counter.builder()
            .name("k8s4claw_receipt_failures_total")
            .help("Receipts that could not be appended at a try; each is tried again.")
            .register(registry);
    size =
        Gauge.builder()
            .name("k8s4claw_receipt_log_size")
            .help("Receipts in the log, as this operator last saw it.")
            .register(registry);
  }

  void appended() {
    appended.inc();
  }

  void failed() {
    failures.inc();
  }

  void size(long receipts) {
    size.set((double) receipts);
  }
}
