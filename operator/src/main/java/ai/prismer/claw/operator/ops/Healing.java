package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.api.status.Outbox;
import ai.prismer.claw.gate.decision.Outbreak;
import ai.prismer.claw.gate.receipt.Draft;
import ai.prismer.claw.gate.receipt.LastKnown;
import ai.prismer.claw.operator.audit.AuditLog;
import ai.prismer.claw.operator.configuration.OperatorIdentity;
import ai.prismer.claw.operator.events.EventRecorder;
import ai.prismer.claw.operator.reconcile.ClawIndex;
import ai.prismer.claw.operator.reconcile.SelfHealing;
import ai.prismer.claw.operator.rollout.PodReplacement;
import ai.prismer.claw.operator.signals.Senses;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link Course} and {@link Ruling} decide, one write at a time, each on the state
 * that the one before left behind. Holds no state of any Claw; thread-safe.
 */
public final class Healing implements SelfHealing {
  /** More steps than any way through the states has; a bound should two of them ever alternate. */
  private static final int MAX_STEPS = 24;

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration BLOCKED = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final OperatorIdentity identity;
  private final Clock clock;
  private final Senses senses;
  private final Predicate<Claw> confined;
  private final PodReplacement replacement;
  private final AuditLog log;
  private final Course course;
  private final Ruling ruling;
  private final ClawWriter writer;
  private final Nodes nodes;
  private final Outbreaks outbreaks;
  private final Escalations escalations;
  private final Publication publication;
  private final Announcements announcements;

  /**
   * Healing for all Claws of one operator.
   *
   * @param client client of the operator's own account
   * @param identity who this operator is
   * @param clock the time
   * @param senses what is known besides the pods themselves
   * @param confined whether the confinement of agents is proven where this Claw lies
   * @param replacement how a pod is removed
   * @param log the receipt log
   * @param events where people read what happened
   * @param claws all Claws, for the number of actions in flight and for outbreaks
   * @param metrics where numbers are registered
   * @param cases the escalations that are remembered
   */
  public Healing(
      KubernetesClient client,
      OperatorIdentity identity,
      Clock clock,
      Senses senses,
      Predicate<Claw> confined,
      PodReplacement replacement,
      AuditLog log,
      EventRecorder events,
      ClawIndex claws,
      PrometheusRegistry metrics,
      EscalationIndex cases) {
    this.client = client;
    this.identity = identity;
    this.clock = clock;
    this.senses = senses;
    this.confined = confined;
    this.replacement = replacement;
    this.log = log;
    this.course = new Course(identity.userName(), sight -> cases.of(sight.claw()));
    this.ruling = new Ruling(identity.userName());
    this.writer = new ClawWriter(client);
    this.nodes = new Nodes(client, clock);
    this.outbreaks = new Outbreaks(claws, clock, events, identity.namespace());
    this.escalations = new Escalations(client);
    this.publication = new Publication(log, writer, escalations);
    this.announcements =
        new Announcements(events, new OpsMetrics(metrics, () -> inFlight(claws), outbreaks));
  }

  @Override
  public Healed heal(Claw claw, @Nullable StatefulSet statefulSet, List<Pod> pods) {
    String namespace = claw.getMetadata().getNamespace();
    Sight sight = sight(claw, statefulSet, pods, () -> outbreaks.in(namespace));
    FreshLook look = null;
    for (int steps = 0; steps < MAX_STEPS; steps++) {
      Step step = course.next(sight);
      if (step instanceof Step.Consult(String escalation, Step otherwise)) {
        step = Holds.next(sight, find(sight, escalation)).orElse(otherwise);
      }
      if (step instanceof Step.Decide) {
        if (look == null) {
          look = FreshLook.at(sight, client, nodes);
        }
        sight = sight(sight.claw(), statefulSet, look.pods(), () -> outbreaks.now(namespace));
        ClawOpsEscalation named = find(sight, Observation.named(sight));
        step = ruling.decide(sight, look.ceilings(sight), log.size(), named);
      }
      if (!(step instanceof Step.Ask)) {
        // What a rule asks for is decided in the same breath; after anything else, look again.
        look = null;
      }
      switch (step) {
        case Step.Rest(Instant until) -> {
          return new Healed(sight.claw(), until == null ? null : untilThen(until));
        }
        case Step.Store store -> sight = sight.with(store(sight.claw(), store));
        case Step.Ask(var intent, var notice) -> {
          sight = sight.with(writer.ask(sight.claw(), intent, identity.userName()));
          announcements.say(sight.claw(), List.of(notice));
        }
        case Step.Clear(var notices) -> {
          sight = sight.with(writer.clear(sight.claw()));
          announcements.say(sight.claw(), notices);
        }
        case Step.Remove(Pod pod, Step.Store done) -> {
          switch (replacement.replace(sight.claw(), pod)) {
            case PodReplacement.Outcome.Removed() -> sight = sight.with(store(sight.claw(), done));
            case PodReplacement.Outcome.Gone() -> sight = sight.with(store(sight.claw(), done));
            case PodReplacement.Outcome.Blocked ignored -> {
              return new Healed(sight.claw(), BLOCKED);
            }
          }
        }
        case Step.Restore() -> sight = sight.with(store(sight.claw(), restored(sight)));
        case Step.Hear() -> sight = sight.with(hear(sight));
        case Step.Escalate(var name, var incident) -> {
          escalations.pending(escalations.open(sight, name, incident));
          return new Healed(sight.claw(), SOON);
        }
        case Step.Consult ignored -> throw new IllegalStateException("something follows");
        case Step.Publish() -> sight = sight.with(publication.publish(sight));
        case Step.Decide() -> throw new IllegalStateException("a decision decides");
      }
    }
    return new Healed(sight.claw(), SOON);
  }

  private @Nullable ClawOpsEscalation find(Sight sight, @Nullable String escalation) {
    return escalations.find(sight.claw().getMetadata().getNamespace(), escalation).orElse(null);
  }

  private Step.Store restored(Sight sight) {
    var metadata = sight.claw().getMetadata();
    LastKnown known =
        log.lastKnown(
            metadata.getNamespace(), metadata.getName(), Restoration.latestMark(sight.now()));
    return Restoration.of(sight, known, log.size());
  }

  private Claw hear(Sight sight) {
    ClawOpsEscalation about = find(sight, Hearing.about(sight));
    Hearing hearing = Hearing.of(sight, about, Defaulting.approvalTimeout(sight.claw().getSpec()));
    if (about != null && hearing.next() != null) {
      escalations.store(about, hearing.next());
    }
    Claw heard = writer.heard(sight.claw());
    announcements.say(heard, List.of(hearing.notice()));
    return heard;
  }

  private Claw store(Claw claw, Step.Store step) {
    if (log.isRequired()) {
      recordFirst(step.next());
    }
    Claw stored = writer.store(claw, step.next());
    announcements.say(stored, step.notices());
    return stored;
  }

  /**
   * With {@code audit.required} the receipt of a decision is signed and in the log before the
   * status announces the action, because from then on pods are replaced. Where it cannot be, this
   * fails and nothing is announced. The debt in the outbox is paid later all the same, and then
   * finds the receipt. A crash in between leaves a receipt of what was not done, never the reverse.
   */
  private void recordFirst(OpsStatus next) {
    InFlight flight = next.inFlight();
    Outbox outbox = next.outbox();
    if (outbox != null && flight != null && Stage.of(flight) == Stage.Acting) {
      log.append(Draft.parse(outbox.record()), outbox.index());
    }
  }

  private Sight sight(
      Claw claw,
      @Nullable StatefulSet statefulSet,
      List<Pod> pods,
      Supplier<Optional<Outbreak>> outbreak) {
    return new Sight(
        claw,
        statefulSet,
        Pods.wanted(statefulSet, pods),
        clock.instant().truncatedTo(ChronoUnit.MILLIS),
        senses.book(),
        senses.loads(),
        senses.channels(),
        () -> confined.test(claw),
        outbreak);
  }

  private Duration untilThen(Instant until) {
    Duration left = Duration.between(clock.instant(), until);
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }

  private static int inFlight(ClawIndex claws) {
    return (int)
        claws.all().stream().filter(claw -> OpsEdit.present(claw).inFlight() != null).count();
  }
}
