package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.audit.AuditLog;
import ai.prismer.claw.operator.bus.BusWatch;
import ai.prismer.claw.operator.configuration.OperatorIdentity;
import ai.prismer.claw.operator.confinement.CompanionRights;
import ai.prismer.claw.operator.confinement.ConfinementProbe;
import ai.prismer.claw.operator.events.EventRecorder;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.ops.EscalationIndex;
import ai.prismer.claw.operator.ops.EscalationReconciler;
import ai.prismer.claw.operator.ops.Healing;
import ai.prismer.claw.operator.reconcile.ClawReconciler;
import ai.prismer.claw.operator.reconcile.SelfHealing;
import ai.prismer.claw.operator.reconcile.Trigger;
import ai.prismer.claw.operator.rollout.PodReplacement;
import ai.prismer.claw.operator.secrets.Fingerprints;
import ai.prismer.claw.operator.signals.Metering;
import ai.prismer.claw.operator.signals.MeteringSetting;
import ai.prismer.claw.operator.signals.RuleWatch;
import ai.prismer.claw.operator.signals.Senses;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BooleanSupplier;

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
      InformerCache cache, Fingerprints fingerprints, ApiServerAddress apiServer, BusWatch buses) {
    return new ClawReconciler.Environment(
        client,
        cache,
        fingerprints,
        apiServer,
        buses,
        identity.namespace(),
        replacement,
        events,
        metrics,
        setting.configuration(),
        setting.clock(),
        setting.random());
  }

  RuleWatch rules(Trigger asks) {
    return new RuleWatch(client, identity.namespace(), events, asks::all, registry);
  }

  Metering metering(InformerCache cache, RuleWatch rules, BooleanSupplier acting, Trigger asks) {
    return new MeteringSetting(
            client,
            identity.namespace(),
            setting.configuration().metering(),
            cache::pods,
            rules,
            acting,
            asks,
            setting.clock(),
            registry)
        .metering();
  }

  BusWatch buses(InformerCache cache, RuleWatch rules, BooleanSupplier acting, Trigger asks) {
    return new BusWatch(
        cache::pods,
        () -> rules.get().signals().channelDisconnect(),
        acting,
        asks::ownerOf,
        setting.clock(),
        registry);
  }

  SelfHealing healing(
      ClawController controller,
      ConfinementProbe probe,
      Senses senses,
      EscalationIndex escalations) {
    return new Healing(
        client,
        identity,
        setting.clock(),
        senses,
        claw -> probe.proven(claw.getMetadata().getNamespace()),
        replacement,
        log,
        events,
        controller,
        registry,
        escalations);
  }

  EscalationReconciler escalations(
      ConfinementProbe probe, CompanionRights companions, Trigger claws) {
    return new EscalationReconciler(
        client, setting.clock(), probe::proven, companions::active, claws, events, registry);
  }
}
