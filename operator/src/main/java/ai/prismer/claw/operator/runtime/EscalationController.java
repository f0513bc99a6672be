package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.operator.ops.EscalationIndex;
import ai.prismer.claw.operator.ops.EscalationReconciler;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Between the framework, which says when, and the {@link EscalationReconciler}, which knows what.
 */
final class EscalationController implements Reconciler<ClawOpsEscalation>, EscalationIndex {
  private final BooleanSupplier acting;
  private final Attempts attempts;
  private final Watched<ClawOpsEscalation> escalations = new Watched<>();
  private volatile @Nullable EscalationReconciler reconciler;

  /**
   * Waits for its reconciler.
   *
   * @param acting whether this operator may act now; while not, nothing is reconciled
   */
  EscalationController(BooleanSupplier acting, RandomGenerator random) {
    this.acting = acting;
    this.attempts = new Attempts(random);
  }

  /** Must be called before the framework starts. */
  void use(EscalationReconciler escalationReconciler) {
    this.reconciler = escalationReconciler;
  }

  @Override
  public List<EventSource<?, ClawOpsEscalation>> prepareEventSources(
      EventSourceContext<ClawOpsEscalation> context) {
    return List.of(escalations.prepare(context));
  }

  @Override
  public UpdateControl<ClawOpsEscalation> reconcile(
      ClawOpsEscalation escalation, Context<ClawOpsEscalation> context) {
    if (context.isPrimaryResourceDeleted() || escalation.isMarkedForDeletion()) {
      attempts.over(escalation.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    return acting.getAsBoolean()
        ? attempts.at(escalation, Objects.requireNonNull(reconciler)::reconcile)
        : UpdateControl.noUpdate();
  }

  @Override
  public List<ClawOpsEscalation> of(Claw claw) {
    return escalations.in(claw.getMetadata().getNamespace()).stream()
        .filter(one -> one.getSpec().clawRef().name().equals(claw.getMetadata().getName()))
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
        escalations.ask(one -> namespace.equals(one.getMetadata().getNamespace()));
      }

      @Override
      public void all() {
        claws.all();
        escalations.ask(one -> true);
      }
    };
  }
}
