package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.configuration.OperatorConfiguration;
import ai.prismer.claw.operator.health.HealthServer;
import ai.prismer.claw.operator.health.Heartbeat;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.metrics.WriteCounter;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One running operator, from its start to its end. Several can run in one process; tests do. */
public final class ClawOperator implements AutoCloseable {

  /** Longer than any request with its retries, several times over. */
  private static final Duration LONGEST_RECONCILIATION = Duration.ofMinutes(5);

  private final Rooms rooms = new Rooms();
  private final HealthServer health;
  private final Trigger trigger;
  private final AtomicBoolean synced = new AtomicBoolean();

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
          rooms.closing(
              HealthServer.start(
                  setting.configuration().httpPort(),
                  heartbeat::complaint,
                  this::notReady,
                  registry));
      OperatorMetrics metrics = new OperatorMetrics(registry);
      KubernetesClient client = rooms.closing(client(setting, metrics));
      trigger = new Wiring(setting, client, registry, metrics, heartbeat, rooms).start(synced);
    } catch (IOException taken) {
      close();
      throw new UncheckedIOException(
          "port " + setting.configuration().httpPort() + " cannot be listened on: " + taken, taken);
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private static KubernetesClient client(Setting setting, OperatorMetrics metrics) {
    List<Interceptor> interceptors = new ArrayList<>();
    interceptors.add(new WriteCounter(metrics::wrote));
    interceptors.addAll(setting.interceptors());
    return Connection.open(setting.connection(), interceptors);
  }

  private Optional<String> notReady() {
    return synced.get() ? Optional.empty() : Optional.of("caches are not in sync yet");
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
    synced.set(false);
    rooms.close();
  }
}
