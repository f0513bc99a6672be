package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.operator.audit.Alarm;
import ai.prismer.claw.operator.audit.AuditLog;
import ai.prismer.claw.operator.audit.LogCare;
import ai.prismer.claw.operator.bus.BusWatch;
import ai.prismer.claw.operator.channels.ChannelReconciler;
import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.configuration.OperatorIdentity;
import ai.prismer.claw.operator.confinement.AgentConfinement;
import ai.prismer.claw.operator.confinement.CompanionRights;
import ai.prismer.claw.operator.confinement.ConfinementProbe;
import ai.prismer.claw.operator.confinement.LeastPrivilege;
import ai.prismer.claw.operator.events.ApiEventRecorder;
import ai.prismer.claw.operator.events.QueuedEventRecorder;
import ai.prismer.claw.operator.health.Heartbeat;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.reconcile.ClawReconciler;
import ai.prismer.claw.operator.reconcile.Trigger;
import ai.prismer.claw.operator.rollout.EvictingReplacement;
import ai.prismer.claw.operator.secrets.Fingerprints;
import ai.prismer.claw.operator.secrets.HashKey;
import ai.prismer.claw.operator.secrets.SecretWatch;
import ai.prismer.claw.operator.signals.Metering;
import ai.prismer.claw.operator.signals.RuleWatch;
import ai.prismer.claw.operator.signals.Senses;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the parts of an operator, joins them, and starts them in the order in which they need each
 * other.
 */
final class Wiring {
  private static final Logger LOGGER = LoggerFactory.getLogger(Wiring.class);
  private static final int NOT_FOUND = 404;

  private final ClawOperator.Setting setting;
  private final KubernetesClient client;
  private final PrometheusRegistry registry;
  private final OperatorMetrics metrics;
  private final Heartbeat heartbeat;
  private final Rooms rooms;

  /**
   * What is joined.
   *
   * @param rooms takes in what has to be stopped
   */
  Wiring(
      ClawOperator.Setting setting,
      KubernetesClient client,
      PrometheusRegistry registry,
      OperatorMetrics metrics,
      Heartbeat heartbeat,
      Rooms rooms) {
    this.setting = setting;
    this.client = client;
    this.registry = registry;
    this.metrics = metrics;
    this.heartbeat = heartbeat;
    this.rooms = rooms;
  }

  /**
   * Returns when all caches are in sync.
   *
   * @param synced is set then
   * @return asks for reconciliations out of turn
   */
  Trigger start(AtomicBoolean synced) {
    requireDefinitions();
    OperatorConfiguration configuration = setting.configuration();
    OperatorIdentity identity = identity();
    QueuedEventRecorder events =
        rooms.closing(
            new QueuedEventRecorder(
                new ApiEventRecorder(client, setting.clock(), identity.podName())));
    Alarm alarm = Alarm.byEvents(events, identity.namespace());
    AuditLog log =
        new AuditLog(
            client,
            identity.namespace(),
            setting.random(),
            setting.clock(),
            configuration.audit(),
            alarm,
            registry);
    Base base =
        new Base(
            setting,
            client,
            identity,
            registry,
            metrics,
            events,
            new EvictingReplacement(client),
            log);
    InformerCache cache = new InformerCache();
    Acting acting = new Acting(!configuration.leaderElection());
    ChannelController channels =
        new ChannelController(() -> synced.get() && acting.getAsBoolean(), setting.random());
    ClawController controller =
        new ClawController(
            cache,
            metrics,
            heartbeat,
            setting.clock(),
            setting.random(),
            acting,
            channels::clawChanged);
    EscalationController escalations = new EscalationController(acting, setting.random());
    Trigger asks = escalations.with(controller.trigger());
    CompanionRights companions = new CompanionRights(client, configuration.companions());
    Fingerprints fingerprints =
        new Fingerprints(client, HashKey.load(client, identity.namespace(), setting.random()));
    SecretWatch secretWatch =
        rooms.closing(new SecretWatch(client, fingerprints, controller::secretChanged));
    ApiServerAddress apiServer = rooms.closing(new ApiServerAddress(asks::all));
    ConfinementProbe probe =
        rooms.closing(
            new ConfinementProbe(
                client,
                identity,
                configuration.confinement(),
                controller,
                asks,
                setting.clock(),
                companions));
    RuleWatch rules = rooms.closing(base.rules(asks));
    Metering metering = rooms.closing(base.metering(cache, rules, acting, asks));
    BusWatch buses = rooms.closing(base.buses(cache, rules, acting, asks));
    LeastPrivilege leastPrivilege = rooms.closing(leastPrivilege(controller, asks));
    controller.use(
        new ClawReconciler(
            base.environment(cache, fingerprints, apiServer, buses),
            base.healing(controller, probe, new Senses(rules, metering, buses), escalations),
            new AgentConfinement(probe, leastPrivilege, companions::isWatched)));
    escalations.use(base.escalations(probe, companions, asks));
    channels.use(new ChannelReconciler(client, controller, setting.clock()));
    companions.retire();

    apiServer.start(client);
    secretWatch.start();
    rules.start();
    rooms
        .closing(new Framework(controller, escalations, channels, client, configuration.workers()))
        .start();
    probe.start();
    leastPrivilege.start();
    metering.start();
    buses.start();
    rooms
        .closing(
            new LogCare(
                client,
                identity.namespace(),
                log,
                alarm,
                configuration.audit().retention(),
                acting))
        .start();
    synced.set(true);
    channels.all();
    lead(
        identity,
        acting,
        () -> {
          asks.all();
          channels.all();
        });
    LOGGER.info(
        "operator {} runs in namespace {} as {}",
        Version.current(),
        identity.namespace(),
        identity.userName());
    return asks;
  }

  private LeastPrivilege leastPrivilege(ClawController controller, Trigger asks) {
    OperatorConfiguration configuration = setting.configuration();
    return new LeastPrivilege(
        client,
        Set.copyOf(configuration.allowedServiceAccounts()),
        configuration.confinement().probePeriod(),
        controller,
        asks);
  }

  private void lead(OperatorIdentity identity, Acting acting, Runnable leads) {
    if (setting.configuration().leaderElection()) {
      Leadership leadership = rooms.closing(new Leadership(client, identity, leads));
      acting.follow(leadership);
      leadership.start();
    }
  }

  private void requireDefinitions() {
    for (var kind : List.of(Claw.class, ClawChannel.class)) {
      try {
        client
            .resources(kind)
            .inAnyNamespace()
            .list(new ListOptionsBuilder().withLimit(1L).build());
      } catch (KubernetesClientException refused) {
        if (refused.getCode() == NOT_FOUND) {
          throw new IllegalStateException(
              "this cluster has no "
                  + kind.getSimpleName()
                  + "s yet: install the resource definitions of the chart",
              refused);
        }
        throw refused;
      }
    }
  }

  private OperatorIdentity identity() {
    String user =
        client.resource(new SelfSubjectReview()).create().getStatus().getUserInfo().getUsername();
    return new OperatorIdentity(setting.namespace(), setting.podName(), user);
  }
}
