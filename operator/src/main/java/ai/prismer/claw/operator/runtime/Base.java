package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.operator.audit.AuditLog;
import ai.prismer.claw.operator.configuration.OperatorIdentity;
import ai.prismer.claw.operator.confinement.ConfinementProbe;
import ai.prismer.claw.operator.events.EventRecorder;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.ops.Healing;
import ai.prismer.claw.operator.ops.Usage;
import ai.prismer.claw.operator.reconcile.ClawReconciler;
import ai.prismer.claw.operator.reconcile.SelfHealing;
import ai.prismer.claw.operator.rollout.PodReplacement;
import ai.prismer.claw.operator.secrets.Fingerprints;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What several rooms are made from. */
record Base(
    ClawOperator.Setting setting,
    KubernetesClient client,
    OperatorIdentity identity,
    PrometheusRegistry registry,
    OperatorMetrics metrics,
    EventRecorder events,
    PodReplacement replacement,
    AuditLog log) {

  ClawReconciler.Environment environment(
      InformerCache cache, Fingerprints fingerprints, ApiServerAddress apiServer) {
    return new ClawReconciler.Environment(
        client,
        cache,
        fingerprints,
        apiServer,
        replacement,
        events,
        metrics,
        setting.configuration(),
        setting.clock(),
        setting.random());
  }

  SelfHealing healing(ClawController controller, ConfinementProbe probe) {
    return new Healing(
        client,
        identity,
        setting.clock(),
        claw -> probe.proven(claw.getMetadata().getNamespace()),
        replacement,
        log,
        events,
        controller,
        registry,
        () -> RuleBook.DEFAULT,
        Usage.UNKNOWN);
  }
}
