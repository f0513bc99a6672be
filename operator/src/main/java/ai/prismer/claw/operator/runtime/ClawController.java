package ai.prismer.claw.operator.runtime;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.operator.health.Heartbeat;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import ai.prismer.claw.operator.reconcile.ClawIndex;
import ai.prismer.claw.operator.reconcile.ClawReconciler;
import ai.prismer.claw.operator.reconcile.PodSecrets;
import ai.prismer.claw.operator.reconcile.Result;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Between the framework, which says when, and the {@link ClawReconciler}, which knows what.
 *
 * <p>The framework runs one reconciliation of a Claw at a time, and many Claws at once. It never
 * writes: finalizer, status and retries are the reconciler's and this class's own.
 */
final class ClawController implements Reconciler<Claw>, ClawIndex {

  private final InformerCache cache;
  private final OperatorMetrics metrics;
  private final Heartbeat heartbeat;
  private final Clock clock;
  private final BooleanSupplier acting;
  private final Consumer<Claw> seen;
  private final Attempts attempts;
  private final AtomicLong reconciliations = new AtomicLong();
  private final Watched<Claw> claws = new Watched<>();
  private volatile @Nullable ClawReconciler reconciler;

  /**
   * Waits for its reconciler.
   *
   * @param acting whether this operator may act now; while not, nothing is reconciled
   * @param seen told of each Claw that changed or is gone, before it is reconciled
   */
  ClawController(
      InformerCache cache,
      OperatorMetrics metrics,
      Heartbeat heartbeat,
      Clock clock,
      RandomGenerator random,
      BooleanSupplier acting,
      Consumer<Claw> seen) {
    this.cache = cache;
    this.metrics = metrics;
    this.heartbeat = heartbeat;
    this.clock = clock;
    this.acting = acting;
    this.seen = seen;
    this.attempts = new Attempts(random);
  }

  /** Must be called before the framework starts. */
  void use(ClawReconciler clawReconciler) {
    this.reconciler = clawReconciler;
  }

  /** Whether a change of a Claw is worth a reconciliation: not its status, not our own echo. */
  boolean matters(Claw now, Claw before) {
    boolean changed =
        !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
            || !Objects.equals(now.getMetadata().getLabels(), before.getMetadata().getLabels())
            || !Objects.equals(
                now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations())
            || !Objects.equals(
                now.getMetadata().getFinalizers(), before.getMetadata().getFinalizers())
            || !Objects.equals(
                now.getMetadata().getDeletionTimestamp(),
                before.getMetadata().getDeletionTimestamp());
    return changed && !Objects.requireNonNull(reconciler).isEcho(now);
  }

  @Override
  public List<EventSource<?, Claw>> prepareEventSources(EventSourceContext<Claw> context) {
    List<EventSource<?, Claw>> sources = new ArrayList<>(cache.prepare(context));
    sources.add(claws.prepare(context));
    return sources;
  }

  @Override
  public UpdateControl<Claw> reconcile(Claw claw, Context<Claw> context) {
    String uid = claw.getMetadata().getUid();
    seen.accept(claw);
    if (context.isPrimaryResourceDeleted()) {
      Objects.requireNonNull(reconciler).gone(claw);
      attempts.over(uid);
      return UpdateControl.noUpdate();
    }
    return acting.getAsBoolean()
        ? Attempts.lookAgain(pause(uid, timed(claw)))
        : UpdateControl.noUpdate();
  }

  private Result timed(Claw claw) {
    Instant begun = clock.instant();
    MDC.put("controller", "claw");
    MDC.put("kind", "Claw");
    MDC.put("object", claw.getMetadata().getNamespace() + "/" + claw.getMetadata().getName());
    MDC.put("reconciliation", Long.toString(reconciliations.incrementAndGet()));
    Heartbeat.Beat beat = heartbeat.begin();
    try {
      Result result = Objects.requireNonNull(reconciler).reconcile(claw);
      metrics.reconciled(label(result), Duration.between(begun, clock.instant()));
      return result;
    } catch (RuntimeException broken) {
      // A defect in one Claw's reconciliation must neither stop the others nor repeat at full
      // speed.
      LoggerFactory.getLogger(ClawController.class).error("reconciliation broke off", broken);
      metrics.reconciled("failed", Duration.between(begun, clock.instant()));
      return new Result(Result.Kind.RETRY, null);
    } finally {
      beat.close();
      MDC.clear();
    }
  }

  private static String label(Result result) {
    return switch (result.kind()) {
      case DONE -> "ok";
      case AGAIN -> "again";
      case RETRY -> "failed";
    };
  }

  private @Nullable Duration pause(String uid, Result result) {
    Duration wish = result.lookAgainAfter();
    return switch (result.kind()) {
      case DONE -> {
        attempts.over(uid);
        yield wish;
      }
      case AGAIN -> attempts.soon(uid);
      case RETRY -> {
        Duration pause = attempts.later(uid);
        yield wish == null || pause.compareTo(wish) < 0 ? pause : wish;
      }
    };
  }

  /** For those who want a reconciliation out of turn. */
  Trigger trigger() {
    return new Trigger() {
      @Override
      public void one(String namespace, String name) {
        claws.ask(namespace, name);
      }

      @Override
      public void namespace(String namespace) {
        claws.ask(claw -> claw.getMetadata().getNamespace().equals(namespace));
      }

      @Override
      public void all() {
        claws.ask(claw -> true);
      }
    };
  }

  /** A Secret changed: asks for those Claws whose pod uses it. */
  void secretChanged(String namespace, String name) {
    claws.ask(claw ->
        claw.getMetadata().getNamespace().equals(namespace)
            && PodSecrets.of(claw, cache).contains(name));
  }

  @Override
  public Collection<Claw> all() {
    return claws.all();
  }
}
