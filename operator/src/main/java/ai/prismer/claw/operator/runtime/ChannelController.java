package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.operator.channels.ChannelReconciler;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between the framework, which says when, and the {@link ChannelReconciler}, which knows what. */
final class ChannelController implements Reconciler<ClawChannel> {
  private static final Logger LOGGER = LoggerFactory.getLogger(ChannelController.class);
  private static final Duration FIRST_AGAIN = Duration.ofMillis(20);
  private static final Duration LONGEST_AGAIN = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final BooleanSupplier acting;
  private final Backoff again;
  private final Backoff retry;
  private final SimpleInboundEventSource<ClawChannel> asked =
      new SimpleInboundEventSource<>("asked");
  private volatile @Nullable IndexerResourceCache<ClawChannel> channels;
  private volatile @Nullable ChannelReconciler reconciler;

  /**
   * Waits for its reconciler.
   *
   * @param acting whether this operator may act now and knows all Claws; while not, nothing is
   *     reconciled
   */
  ChannelController(BooleanSupplier acting, RandomGenerator random) {
    this.acting = acting;
    this.again = new Backoff(FIRST_AGAIN, LONGEST_AGAIN, random);
    this.retry = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
  }

  /** Must be called before the framework starts. */
  void use(ChannelReconciler channelReconciler) {
    this.reconciler = channelReconciler;
  }

  @Override
  public List<EventSource<?, ClawChannel>> prepareEventSources(
      EventSourceContext<ClawChannel> context) {
    channels = context.getPrimaryCache();
    return List.of(asked);
  }

  @Override
  public UpdateControl<ClawChannel> reconcile(ClawChannel channel, Context<ClawChannel> context) {
    String uid = channel.getMetadata().getUid();
    if (context.isPrimaryResourceDeleted()) {
      again.reset(uid);
      retry.reset(uid);
      return UpdateControl.noUpdate();
    }
    if (!acting.getAsBoolean()) {
      return UpdateControl.noUpdate();
    }
    Duration pause = pause(channel, uid);
    return pause == null
        ? UpdateControl.noUpdate()
        : UpdateControl.<ClawChannel>noUpdate().rescheduleAfter(pause);
  }

  private @Nullable Duration pause(ClawChannel channel, String uid) {
    try {
      Objects.requireNonNull(reconciler).reconcile(channel);
      again.reset(uid);
      retry.reset(uid);
      return null;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return again.next(uid);
      }
      LOGGER.warn(
          "channel {}/{} could not be written: {}",
          channel.getMetadata().getNamespace(),
          channel.getMetadata().getName(),
          refused.getMessage());
      return retry.next(uid);
    } catch (RuntimeException broken) {
      // A defect in one must neither stop the others nor repeat at full speed.
      LOGGER.error("reconciliation of a channel broke off", broken);
      return retry.next(uid);
    }
  }

  /** A Claw changed or is gone: asks for the channels that it names or named. */
  void clawChanged(Claw claw) {
    ask(channel -> ChannelReconciler.concerns(claw, channel));
  }

  /** Asks for all channels. */
  void all() {
    ask(channel -> true);
  }

  private void ask(Predicate<ClawChannel> which) {
    IndexerResourceCache<ClawChannel> known = channels;
    if (known != null) {
      known.list(which).map(ResourceID::fromResource).toList().forEach(asked::propagateEvent);
    }
  }
}
