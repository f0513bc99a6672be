package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.operator.ops.EscalationIndex;
import ai.prismer.claw.operator.ops.EscalationReconciler;
import ai.prismer.claw.operator.reconcile.Trigger;
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
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the framework, which says when, and the {@link EscalationReconciler}, which knows what.
 */
final class EscalationController implements Reconciler<ClawOpsEscalation>, EscalationIndex {
  private static final Logger LOGGER = LoggerFactory.getLogger(EscalationController.class);
  private static final Duration FIRST_AGAIN = Duration.ofMillis(20);
  private static final Duration LONGEST_AGAIN = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final BooleanSupplier acting;
  private final Backoff again;
  private final Backoff retry;
  private final SimpleInboundEventSource<ClawOpsEscalation> asked =
      new SimpleInboundEventSource<>("asked");
  private volatile @Nullable IndexerResourceCache<ClawOpsEscalation> escalations;
  private volatile @Nullable EscalationReconciler reconciler;

  /**
   * Waits for its reconciler.
   *
   * @param acting whether this operator may act now; while not, nothing is reconciled
   */
  EscalationController(BooleanSupplier acting, RandomGenerator random) {
    this.acting = acting;
    this.again = new Backoff(FIRST_AGAIN, LONGEST_AGAIN, random);
    this.retry = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
  }

  /** Must be called before the framework starts. */
  void use(EscalationReconciler escalationReconciler) {
    this.reconciler = escalationReconciler;
  }

  @Override
  public List<EventSource<?, ClawOpsEscalation>> prepareEventSources(
      EventSourceContext<ClawOpsEscalation> context) {
    escalations = context.getPrimaryCache();
    return List.of(asked);
  }

  @Override
  public UpdateControl<ClawOpsEscalation> reconcile(
      ClawOpsEscalation escalation, Context<ClawOpsEscalation> context) {
    String uid = escalation.getMetadata().getUid();
    if (context.isPrimaryResourceDeleted() || escalation.isMarkedForDeletion()) {
      again.reset(uid);
      retry.reset(uid);
      return UpdateControl.noUpdate();
    }
    if (!acting.getAsBoolean()) {
      return UpdateControl.noUpdate();
    }
    Duration pause = pause(escalation, uid);
    return pause == null
        ? UpdateControl.noUpdate()
        : UpdateControl.<ClawOpsEscalation>noUpdate().rescheduleAfter(pause);
  }

  private @Nullable Duration pause(ClawOpsEscalation escalation, String uid) {
    try {
      Duration pause = Objects.requireNonNull(reconciler).reconcile(escalation);
      again.reset(uid);
      retry.reset(uid);
      return pause;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return again.next(uid);
      }
      LOGGER.warn(
          "escalation {}/{} could not be moved on: {}",
          escalation.getMetadata().getNamespace(),
          escalation.getMetadata().getName(),
          refused.getMessage());
      return retry.next(uid);
    } catch (RuntimeException broken) {
      // A defect in one must neither stop the others nor repeat at full speed.
      LOGGER.error("reconciliation of an escalation broke off", broken);
      return retry.next(uid);
    }
  }

  @Override
  public List<ClawOpsEscalation> of(Claw claw) {
    IndexerResourceCache<ClawOpsEscalation> known = escalations;
    return known == null
        ? List.of()
        : known
            .list(
                claw.getMetadata().getNamespace(),
                one -> one.getSpec().clawRef().name().equals(claw.getMetadata().getName()))
            .toList();
  }

  /** Asks for the escalations too where all Claws, or those of a namespace, are asked for. */
  Trigger with(Trigger claws) {
    return new Trigger() {
      @Override
      public void one(String namespace, String name) {
        claws.one(namespace, name);
      }

      @Override
      public void namespace(String namespace) {
        claws.namespace(namespace);
        ask(namespace);
      }

      @Override
      public void all() {
        claws.all();
        ask(null);
      }
    };
  }

  private void ask(@Nullable String namespace) {
    IndexerResourceCache<ClawOpsEscalation> known = escalations;
    if (known != null) {
      known
          .list(one -> namespace == null || namespace.equals(one.getMetadata().getNamespace()))
          .map(ResourceID::fromResource)
          .toList()
          .forEach(asked::propagateEvent);
    }
  }
}
