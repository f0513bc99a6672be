package ai.prismer.claw.operator.audit;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What the receipt log counts. */
final class AuditMetrics {
  private final Counter appended;
  private final Counter failures;
  private final Counter unsignedEver;
  private final Counter extraFailures;
  private final Gauge size;
  private final Gauge unsigned;
  private final Gauge stored;
  private final Gauge pruningDue;

  AuditMetrics(PrometheusRegistry registry) {
    appended =
        counter(
            registry,
            "k8s4claw_receipts_appended_total",
            "Receipts that this operator appended to the log.");
    failures =
        counter(
            registry,
            "k8s4claw_receipt_failures_total",
            "Receipts that could not be appended at a try; each is tried again.");
    unsignedEver =
        counter(
            registry,
            "k8s4claw_receipts_appended_unsigned_total",
            "Receipts that this operator appended without a signature, for want of a usable key.");
    extraFailures =
        counter(
            registry,
            "k8s4claw_receipt_signet_failures_total",
            "Receipts that the configured program signet did not sign; they have our signature.");
    size =
        gauge(
            registry,
            "k8s4claw_receipt_log_size",
            "Receipts in the log, as this operator last saw it.");
    unsigned =
        gauge(
            registry,
            "k8s4claw_receipts_unsigned",
            "Receipts without a signature that no later one vouches for yet.");
    stored =
        gauge(registry, "k8s4claw_receipts_stored", "Receipts in the log that were not pruned.");
    pruningDue =
        gauge(
            registry,
            "k8s4claw_receipts_pruning_due",
            "1 while more receipts are stored than audit.retention says, else 0.");
  }

  void appended(boolean signed) {
    appended.inc();
    if (!signed) {
      unsignedEver.inc();
    }
  }

  void withoutExtraSignature() {
    extraFailures.inc();
  }

  void failed() {
    failures.inc();
  }

  void seen(long receipts, long pruned, int withoutSignature) {
    size.set((double) receipts);
    stored.set((double) (receipts - pruned));
    unsigned.set(withoutSignature);
  }

  void pruningDue(boolean due) {
    pruningDue.set(due ? 1 : 0);
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(name).help(help).register(registry);
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name(name).help(help).register(registry);
  }
}
