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
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
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

  private static final Duration FIRST_AGAIN = Duration.ofMillis(20);
  private static final Duration LONGEST_AGAIN = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final InformerCache cache;
  private final OperatorMetrics metrics;
  private final Heartbeat heartbeat;
  private final Clock clock;
  private final BooleanSupplier acting;
  private final Consumer<Claw> seen;
  private final Backoff again;
  private final Backoff retry;
  private final AtomicLong reconciliations = new AtomicLong();
  private final SimpleInboundEventSource<Claw> asked = new SimpleInboundEventSource<>("asked");
  private volatile @Nullable IndexerResourceCache<Claw> claws;
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
    this.again = new Backoff(FIRST_AGAIN, LONGEST_AGAIN, random);
    this.retry = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
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
    claws = context.getPrimaryCache();
    List<EventSource<?, Claw>> sources = new ArrayList<>(cache.prepare(context));
    sources.add(asked);
    return sources;
  }

  @Override
  public UpdateControl<Claw> reconcile(Claw claw, Context<Claw> context) {
    String uid = claw.getMetadata().getUid();
    seen.accept(claw);
    if (context.isPrimaryResourceDeleted()) {
      Objects.requireNonNull(reconciler).gone(claw);
      again.reset(uid);
      retry.reset(uid);
      return UpdateControl.noUpdate();
    }
    if (!acting.getAsBoolean()) {
      return UpdateControl.noUpdate();
    }
    Duration pause = pause(uid, timed(claw));
    return pause == null
        ? UpdateControl.noUpdate()
        : UpdateControl.<Claw>noUpdate().rescheduleAfter(pause);
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
        again.reset(uid);
        retry.reset(uid);
        yield wish;
      }
      case AGAIN -> again.next(uid);
      case RETRY -> {
        again.reset(uid);
        Duration pause = retry.next(uid);
        yield wish == null || pause.compareTo(wish) < 0 ? pause : wish;
      }
    };
  }

  /** For those who want a reconciliation out of turn. */
  Trigger trigger() {
    return new Trigger() {
      @Override
      public void one(String namespace, String name) {
        asked.propagateEvent(new ResourceID(name, namespace));
      }

      @Override
      public void namespace(String namespace) {
        ClawController.this.all().stream()
            .filter(claw -> claw.getMetadata().getNamespace().equals(namespace))
            .forEach(ClawController.this::ask);
      }

      @Override
      public void all() {
        ClawController.this.all().forEach(ClawController.this::ask);
      }
    };
  }

  /** A Secret changed: asks for those Claws whose pod uses it. */
  void secretChanged(String namespace, String name) {
    all().stream()
        .filter(claw -> claw.getMetadata().getNamespace().equals(namespace))
        .filter(claw -> PodSecrets.of(claw, cache).contains(name))
        .forEach(this::ask);
  }

  private void ask(Claw claw) {
    asked.propagateEvent(ResourceID.fromResource(claw));
  }

  @Override
  public Collection<Claw> all() {
    IndexerResourceCache<Claw> known = claws;
    return known == null ? List.of() : known.list(claw -> true).toList();
  }
}
