package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.ops.EscalationPhase;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.operator.events.EventRecorder;
import ai.prismer.claw.operator.reconcile.Trigger;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Moves one escalation on: observes it and its Claw, lets {@link Passage} decide, writes once, says
 * so, and wakes the Claw where the next step is healing's. Holds no state; thread-safe.
 */
public final class EscalationReconciler {
  private static final Duration SHORTEST = Duration.ofMillis(50);

  private final KubernetesClient client;
  private final Escalations escalations;
  private final Clock clock;
  private final Predicate<String> confined;
  private final Function<String, Optional<String>> companions;
  private final Trigger claws;
  private final EscalationEvents events;
  private final Counter turns;

  /**
   * Makes it.
   *
   * @param client client of the operator's own account
   * @param clock the time
   * @param confined whether confinement is proven in a namespace
   * @param companions user name of the companion that watches a namespace
   * @param claws wakes the Claw whose escalation has moved
   * @param events where people read what happened
   * @param metrics where the number of turns is registered
   */
  public EscalationReconciler(
      KubernetesClient client,
      Clock clock,
      Predicate<String> confined,
      Function<String, Optional<String>> companions,
      Trigger claws,
      EventRecorder events,
      PrometheusRegistry metrics) {
    this.client = client;
    this.escalations = new Escalations(client);
    this.clock = clock;
    this.confined = confined;
    this.companions = companions;
    this.claws = claws;
    this.events = new EscalationEvents(events);
    this.turns =
        Counter.builder()
            .name("k8s4claw_escalation_turns_total")
            .help("Escalations that the operator moved on, by the phase they are in since.")
            .labelNames("phase")
            .register(metrics);
  }

  /**
   * Moves on one escalation as the cache has it.
   *
   * @return when to look again although nothing changes; null when no time matters
   */
  public @Nullable Duration reconcile(ClawOpsEscalation escalation) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    String namespace = escalation.getMetadata().getNamespace();
    EscalationPhase phase = Escalations.phase(escalation);
    boolean asleep = phase.isTerminal() && !isDue(escalation, now);
    Claw claw = asleep ? null : claw(escalation);
    Passage.Situation situation =
        new Passage.Situation(
            escalation,
            now,
            asleep ? Passage.Subject.THERE : subject(claw, escalation),
            !phase.isTerminal() && confined.test(namespace),
            companions.apply(namespace).orElse(null),
            claw == null
                ? Defaulting.APPROVAL_TIMEOUT
                : Defaulting.approvalTimeout(claw.getSpec()));
    return switch (Passage.next(situation)) {
      case Passage.Rest(Instant until) -> {
        if (phase == EscalationPhase.Approved) {
          wake(escalation);
        }
        yield until == null ? null : untilThen(now, until);
      }
      case Passage.Turn(var next, var notices) -> {
        escalations.store(escalation, next);
        turns.labelValues(String.valueOf(next.phase())).inc();
        if (claw != null) {
          notices.forEach(notice -> events.say(claw, notice));
        }
        wake(escalation);
        yield null;
      }
      case Passage.Remove() -> {
        escalations.remove(escalation);
        yield null;
      }
    };
  }

  private static boolean isDue(ClawOpsEscalation escalation, Instant now) {
    return !(Passage.next(
            new Passage.Situation(
                escalation, now, Passage.Subject.THERE, false, null, Duration.ZERO))
        instanceof Passage.Rest);
  }

  private void wake(ClawOpsEscalation escalation) {
    claws.one(escalation.getMetadata().getNamespace(), escalation.getSpec().clawRef().name());
  }

  private @Nullable Claw claw(ClawOpsEscalation escalation) {
    Claw claw =
        client
            .resources(Claw.class)
            .inNamespace(escalation.getMetadata().getNamespace())
            .withName(escalation.getSpec().clawRef().name())
            .get();
    return claw == null || !claw.getMetadata().getUid().equals(escalation.getSpec().clawUid())
        ? null
        : claw;
  }

  /** What the Claw's own status says about this escalation, read from the API server itself. */
  private static Passage.Subject subject(@Nullable Claw claw, ClawOpsEscalation escalation) {
    if (claw == null) {
      return Passage.Subject.GONE;
    }
    String name = escalation.getMetadata().getName();
    OpsStatus ops = OpsEdit.present(claw);
    boolean held = ops.held() != null && ops.held().escalation().equals(name);
    boolean inFlight = ops.inFlight() != null && name.equals(ops.inFlight().escalation());
    boolean owed = ops.outbox() != null && ops.outbox().record().contains('"' + name + '"');
    var annotations = claw.getMetadata().getAnnotations();
    boolean asked = annotations != null && annotations.getOrDefault(Keys.INTENT, "").contains(name);
    return held || inFlight || owed || asked ? Passage.Subject.AT_IT : Passage.Subject.THERE;
  }

  private static Duration untilThen(Instant now, Instant until) {
    Duration left = Duration.between(now, until);
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }
}
