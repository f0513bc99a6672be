package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawChannel;
import ai.prismer.claw.operator.channels.ChannelReconciler;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Between the framework, which says when, and the {@link ChannelReconciler}, which knows what. */
final class ChannelController implements Reconciler<ClawChannel> {
  private final BooleanSupplier acting;
  private final Attempts attempts;
  private final Watched<ClawChannel> channels = new Watched<>();
  private volatile @Nullable ChannelReconciler reconciler;

  /**
   * Waits for its reconciler.
   *
   * @param acting whether this operator may act now and knows all Claws; while not, nothing is
   *     reconciled
   */
  ChannelController(BooleanSupplier acting, RandomGenerator random) {
    this.acting = acting;
    this.attempts = new Attempts(random);
  }

  /** Must be called before the framework starts. */
  void use(ChannelReconciler channelReconciler) {
    this.reconciler = channelReconciler;
  }

  @Override
  public List<EventSource<?, ClawChannel>> prepareEventSources(
      EventSourceContext<ClawChannel> context) {
    return List.of(channels.prepare(context));
  }

  @Override
  public UpdateControl<ClawChannel> reconcile(ClawChannel channel, Context<ClawChannel> context) {
    if (context.isPrimaryResourceDeleted()) {
      attempts.over(channel.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    return acting.getAsBoolean() ? attempts.at(channel, this::reconcile) : UpdateControl.noUpdate();
  }

  private @Nullable Duration reconcile(ClawChannel channel) {
    Objects.requireNonNull(reconciler).reconcile(channel);
    return null;
  }

  /** A Claw changed or is gone: asks for the channels that it names or named. */
  void clawChanged(Claw claw) {
    channels.ask(channel -> ChannelReconciler.concerns(claw, channel));
  }

  /** Asks for all channels. */
  void all() {
    channels.ask(channel -> true);
  }
}
