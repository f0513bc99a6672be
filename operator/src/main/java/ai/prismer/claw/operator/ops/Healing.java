package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.gate.decision.Outbreak;
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
 * Carries out what {@link Course} and {@link Ruling} decide, one step at a time, each on the state
 * that the one before left behind; what needs no write of its own waits for the next, see {@link
 * Unstored}. Holds no state of any Claw; thread-safe.
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
    return new Look(claw, statefulSet, pods).heal();
  }

  private @Nullable ClawOpsEscalation find(Sight sight, @Nullable String escalation) {
    return escalations.find(sight.claw().getMetadata().getNamespace(), escalation).orElse(null);
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

  /** One look at one Claw: steps, until there is nothing to do at this moment. */
  private final class Look {
    private final Unstored unstored;
    private final @Nullable StatefulSet statefulSet;
    private final String namespace;
    private Sight sight;
    private @Nullable FreshLook fresh;

    Look(Claw claw, @Nullable StatefulSet statefulSet, List<Pod> pods) {
      this.statefulSet = statefulSet;
      this.namespace = claw.getMetadata().getNamespace();
      this.unstored = new Unstored(claw, writer, log, announcements);
      this.sight = sight(claw, statefulSet, pods, () -> outbreaks.in(namespace));
    }

    Healed heal() {
      try {
        for (int steps = 0; steps < MAX_STEPS; steps++) {
          Healed rest = take(next());
          if (rest != null) {
            return rest;
          }
        }
        return rest(SOON);
      } catch (RuntimeException failed) {
        unstored.rescue(sight.claw());
        throw failed;
      }
    }

    private Step next() {
      Step step = course.next(sight);
      if (step instanceof Step.Consult(String escalation, Step otherwise)) {
        step = Holds.next(sight, find(sight, escalation)).orElse(otherwise);
      }
      if (!(step instanceof Step.Decide)) {
        return step;
      }
      FreshLook look = fresh;
      if (look == null) {
        look = FreshLook.at(sight, client, nodes);
        fresh = look;
        sight = sight(sight.claw(), statefulSet, look.pods(), () -> outbreaks.now(namespace));
        // It may show what was not known, such as a kill that comes before all that is asked for.
        return next();
      }
      ClawOpsEscalation named = find(sight, Observation.named(sight));
      Step decided = ruling.decide(sight, look.ceilings(sight), log.size(), named);
      // What a rule asks for is decided in the same breath; after anything else, look again.
      fresh = decided instanceof Step.Ask ? look : null;
      return decided;
    }

    /** Takes a step; returns what the look leaves behind if it was the last one. */
    private @Nullable Healed take(Step step) {
      switch (step) {
        case Step.Rest(Instant until) -> {
          return rest(until == null ? null : untilThen(until));
        }
        case Step.Store store -> see(unstored.note(sight.claw(), store));
        case Step.Ask ask -> ask(ask);
        case Step.Clear(var notices) -> {
          see(unstored.onto(writer.clear(sight.claw()), sight.ops()));
          unstored.say(sight.claw(), notices);
        }
        case Step.Remove(Pod pod, Step.Store done) -> {
          store();
          if (replacement.replace(sight.claw(), pod) instanceof PodReplacement.Outcome.Blocked) {
            return rest(BLOCKED);
          }
          see(unstored.note(sight.claw(), done));
          // Not with what follows from it: people wait for this word.
          store();
        }
        case Step.Restore() -> {
          see(unstored.note(sight.claw(), restored()));
          store();
        }
        case Step.Hear() -> {
          store();
          hear();
        }
        case Step.Escalate(var name, var incident) -> {
          store();
          escalations.pending(escalations.open(sight, name, incident));
          return rest(SOON);
        }
        case Step.Publish() -> {
          fresh = null;
          see(unstored.secure(sight.claw()));
          Publication.Published published = publication.publish(sight);
          Claw claw = unstored.onto(published.claw(), sight.ops());
          see(unstored.note(claw, published.paid()));
        }
        case Step.Consult ignored -> throw new IllegalStateException("something follows");
        case Step.Decide() -> throw new IllegalStateException("a decision decides");
      }
      return null;
    }

    private void ask(Step.Ask ask) {
      see(unstored.onto(writer.ask(sight.claw(), ask.intent(), identity.userName()), sight.ops()));
      unstored.say(sight.claw(), List.of(ask.notice()));
    }

    private Step.Store restored() {
      var metadata = sight.claw().getMetadata();
      LastKnown known =
          log.lastKnown(
              metadata.getNamespace(), metadata.getName(), Restoration.latestMark(sight.now()));
      return Restoration.of(sight, known, log.size());
    }

    private void hear() {
      ClawOpsEscalation about = find(sight, Hearing.about(sight));
      Hearing hearing =
          Hearing.of(sight, about, Defaulting.approvalTimeout(sight.claw().getSpec()));
      if (about != null && hearing.next() != null) {
        escalations.store(about, hearing.next());
      }
      see(unstored.onto(writer.heard(sight.claw()), sight.ops()));
      unstored.say(sight.claw(), List.of(hearing.notice()));
    }

    private void store() {
      fresh = null;
      see(unstored.store(sight.claw()));
    }

    private Healed rest(@Nullable Duration lookAgainAfter) {
      return unstored.leave(sight.claw(), lookAgainAfter);
    }

    private void see(Claw claw) {
      sight = sight.with(claw);
    }
  }
}
