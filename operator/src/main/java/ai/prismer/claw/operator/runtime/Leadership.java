package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.operator.configuration.OperatorIdentity;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one of several replicas act. It saves work; correctness never rests on it, because every
 * write is guarded by the version it was decided on. The lease has the name of the Go original's,
 * so that the two never act at once, and is given back on shutdown, so that nobody waits for it to
 * expire.
 */
final class Leadership implements AutoCloseable {

  static final String LEASE = "k8s4claw-operator.prismer.ai";

  private static final Logger LOGGER = LoggerFactory.getLogger(Leadership.class);
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final OperatorIdentity identity;
  private final Runnable began;
  private volatile boolean leading;
  private boolean closed;
  private @Nullable CompletableFuture<?> election;

  /**
   * Waits for {@link #start}.
   *
   * @param began told when this replica begins to lead
   */
  Leadership(KubernetesClient client, OperatorIdentity identity, Runnable began) {
    this.client = client;
    this.identity = identity;
    this.began = began;
  }

  /** Stands for election, and again whenever the lease was lost. */
  synchronized void start() {
    if (closed) {
      return;
    }
    CompletableFuture<?> started =
        client
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName(LEASE)
                    .withLock(new ReturnedLease(identity.namespace(), identity.podName()))
                    .withLeaseDuration(LEASE_DURATION)
                    .withRenewDeadline(RENEW_DEADLINE)
                    .withRetryPeriod(RETRY_PERIOD)
                    .withReleaseOnCancel(true)
                    .withLeaderCallbacks(
                        new LeaderCallbacks(this::lead, this::follow, this::observe))
                    .build())
            .build()
            .start();
    election = started;
    var _ = started.whenComplete((done, failure) -> start());
  }

  boolean isLeading() {
    return leading;
  }

  private void lead() {
    leading = true;
    LOGGER.info("{} leads now", identity.podName());
    began.run();
  }

  private void follow() {
    if (leading) {
      LOGGER.info("{} does not lead any more", identity.podName());
    }
    leading = false;
  }

  /**
   * A lease that can be given back. The library writes merge patches and leaves an empty holder
   * out, so the old one would stay, and other programs' elections wait for it to expire.
   */
  private static final class ReturnedLease extends LeaseLock {
    ReturnedLease(String namespace, String holder) {
      super(namespace, LEASE, holder);
    }

    @Override
    protected Lease toResource(LeaderElectionRecord election, ObjectMetaBuilder metadata) {
      Lease lease = super.toResource(election, metadata);
      if (lease.getSpec().getHolderIdentity() == null) {
        lease.getSpec().setHolderIdentity("");
      }
      return lease;
    }
  }

  private void observe(@Nullable String leader) {
    LOGGER.debug("the lease is held by {}", leader);
  }

  @Override
  public void close() {
    CompletableFuture<?> running;
    synchronized (this) {
      closed = true;
      running = election;
    }
    leading = false;
    if (running != null) {
      running.cancel(true);
    }
  }
}
