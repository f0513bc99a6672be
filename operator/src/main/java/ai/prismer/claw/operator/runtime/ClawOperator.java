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
import ai.prismer.claw.operator.health.HealthServer;
import ai.prismer.claw.operator.health.Heartbeat;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.metrics.WriteCounter;
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
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running operator: makes the rooms, joins them, starts them in the order in which they need
 * each other, and stops them in the reverse. Several can run in one process; tests do.
 */
public final class ClawOperator implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(ClawOperator.class);

  /** Longer than any request with its retries, several times over. */
  private static final Duration LONGEST_RECONCILIATION = Duration.ofMinutes(5);

  private static final int NOT_FOUND = 404;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final HealthServer health;
  private final Trigger trigger;
  private volatile boolean synced;

  /**
   * What an operator runs on.
   *
   * @param connection how to reach the API server and as whom
   * @param configuration what the operator is told
   * @param namespace namespace it runs in
   * @param podName name of its pod
   * @param clock the time
   * @param random for keys and tokens
   * @param interceptors told of every request to the API server
   */
  public record Setting(
      Config connection,
      OperatorConfiguration configuration,
      String namespace,
      String podName,
      Clock clock,
      SecureRandom random,
      List<Interceptor> interceptors) {

    public Setting {
      interceptors = List.copyOf(interceptors);
    }
  }

  /**
   * Starts an operator and returns when its caches are in sync and it acts, or waits for the lease.
   *
   * @throws RuntimeException when it cannot start; what was started is stopped again
   */
  public static ClawOperator start(Setting setting) {
    return new ClawOperator(setting);
  }

  private ClawOperator(Setting setting) {
    try {
      PrometheusRegistry registry = new PrometheusRegistry();
      Heartbeat heartbeat = new Heartbeat(setting.clock(), LONGEST_RECONCILIATION);
      health =
          closing(
              HealthServer.start(
                  setting.configuration().httpPort(),
                  heartbeat::complaint,
                  this::notReady,
                  registry));
      OperatorMetrics metrics = new OperatorMetrics(registry);
      KubernetesClient client = closing(client(setting, metrics));
      trigger = run(setting, client, registry, metrics, heartbeat);
    } catch (IOException taken) {
      close();
      throw new UncheckedIOException(
          "port " + setting.configuration().httpPort() + " cannot be listened on: " + taken, taken);
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private Trigger run(
      Setting setting,
      KubernetesClient client,
      PrometheusRegistry registry,
      OperatorMetrics metrics,
      Heartbeat heartbeat) {
    requireDefinitions(client);
    OperatorConfiguration configuration = setting.configuration();
    OperatorIdentity identity = identity(setting, client);
    QueuedEventRecorder events =
        closing(
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
    Gate gate = new Gate(!configuration.leaderElection());
    ChannelController channels =
        new ChannelController(() -> synced && gate.isOpen(), setting.random());
    ClawController controller =
        new ClawController(
            cache,
            metrics,
            heartbeat,
            setting.clock(),
            setting.random(),
            gate::isOpen,
            channels::clawChanged);
    EscalationController escalations = new EscalationController(gate::isOpen, setting.random());
    Trigger asks = escalations.with(controller.trigger());
    CompanionRights companions = new CompanionRights(client, configuration.companions());
    Fingerprints fingerprints =
        new Fingerprints(client, HashKey.load(client, identity.namespace(), setting.random()));
    SecretWatch secretWatch =
        closing(new SecretWatch(client, fingerprints, controller::secretChanged));
    ApiServerAddress apiServer = closing(new ApiServerAddress(asks::all));
    ConfinementProbe probe =
        closing(
            new ConfinementProbe(
                client,
                identity,
                configuration.confinement(),
                controller,
                asks,
                setting.clock(),
                companions));
    RuleWatch rules = closing(base.rules(asks));
    Metering metering = closing(base.metering(cache, rules, gate::isOpen, asks));
    BusWatch buses = closing(base.buses(cache, rules, gate::isOpen, asks));
    LeastPrivilege leastPrivilege = closing(leastPrivilege(base, controller, asks));
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
    closing(new Framework(controller, escalations, channels, client, configuration.workers()))
        .start();
    probe.start();
    leastPrivilege.start();
    metering.start();
    buses.start();
    closing(
            new LogCare(
                client,
                identity.namespace(),
                log,
                alarm,
                configuration.audit().retention(),
                gate::isOpen))
        .start();
    synced = true;
    channels.all();
    lead(
        configuration,
        client,
        identity,
        gate,
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

  private static LeastPrivilege leastPrivilege(Base base, ClawController controller, Trigger asks) {
    OperatorConfiguration configuration = base.setting().configuration();
    return new LeastPrivilege(
        base.client(),
        Set.copyOf(configuration.allowedServiceAccounts()),
        configuration.confinement().probePeriod(),
        controller,
        asks);
  }

  private void lead(
      OperatorConfiguration configuration,
      KubernetesClient client,
      OperatorIdentity identity,
      Gate gate,
      Runnable leads) {
    if (configuration.leaderElection()) {
      Leadership leadership = closing(new Leadership(client, identity, leads));
      gate.follow(leadership);
      leadership.start();
    }
  }

  private static KubernetesClient client(Setting setting, OperatorMetrics metrics) {
    List<Interceptor> interceptors = new ArrayList<>();
    interceptors.add(new WriteCounter(metrics::wrote));
    interceptors.addAll(setting.interceptors());
    return Connection.open(setting.connection(), interceptors);
  }

  private static void requireDefinitions(KubernetesClient client) {
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

  private static OperatorIdentity identity(Setting setting, KubernetesClient client) {
    String user =
        client.resource(new SelfSubjectReview()).create().getStatus().getUserInfo().getUsername();
    return new OperatorIdentity(setting.namespace(), setting.podName(), user);
  }

  private <T extends AutoCloseable> T closing(T room) {
    started.push(room);
    return room;
  }

  private Optional<String> notReady() {
    return synced ? Optional.empty() : Optional.of("caches are not in sync yet");
  }

  /** Port of the health endpoints. */
  public int httpPort() {
    return health.port();
  }

  /** Asks for reconciliations out of turn. */
  public Trigger trigger() {
    return trigger;
  }

  @Override
  public void close() {
    synced = false;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception failed) {
        LOGGER.warn("something did not stop as it should", failed);
      }
    }
  }

  /** Whether reconciliations may act: always, or while this replica leads. */
  private static final class Gate {
    private final boolean alwaysOpen;
    private volatile BooleanSupplier leading = () -> false;

    Gate(boolean alwaysOpen) {
      this.alwaysOpen = alwaysOpen;
    }

    void follow(Leadership leadership) {
      leading = leadership::isLeading;
    }

    boolean isOpen() {
      return alwaysOpen || leading.getAsBoolean();
    }
  }
}
