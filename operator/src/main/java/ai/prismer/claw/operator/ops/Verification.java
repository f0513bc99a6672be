package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches what an action left behind until it can be said how it ended.
 *
 * <p>Only the intended pods speak for or against it, see {@link Goal}: the statuses of those before
 * tell about the time before. They must be ready for the whole window; a pod that stops being ready
 * starts it anew.
 *
 * <p>Every action ends. Whoever is not ready at the deadline, {@link #PATIENCE} and one window
 * after the decision, will not be waited for: a raised limit is taken back, because an agent that
 * ran badly is worth more than one that does not run. So is a number of pods. A pod that no node
 * can take is worse than before as well, but it gets {@link #SCHEDULING}: the room of the pod it
 * replaces has to become free first.
 */
final class Verification {
  /** How long pods may take to become ready, over and above the window. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  /** How long a pod may be unschedulable before the change is held against it. */
  static final Duration SCHEDULING = Duration.ofMinutes(1);

  private Verification() {}

  /** What can be said at one moment. */
  sealed interface Finding {}

  /** Nothing yet. */
  record Waiting(Instant until) implements Finding {}

  /** Readiness began (the time) or was lost (null); to be stored, for the window counts from it. */
  record ReadinessChanged(@Nullable Instant since) implements Finding {}

  /** How it ended. */
  record Final(Ending ending, String reason) implements Finding {}

  static Instant deadline(InFlight flight, Sight sight) {
    return Instant.parse(flight.startedAt())
        .plus(Defaulting.verifyWindow(sight.claw().getSpec()))
        .plus(PATIENCE.multipliedBy(Math.max(1, sight.replicas())));
  }

  static Finding judge(InFlight flight, Sight sight, RuleBook book) {
    List<Pod> intended =
        sight.pods().stream().filter(pod -> Goal.isIntended(pod, flight, sight)).toList();
    Optional<SignalType> returned =
        Signals.returned(
            Sightings.of(intended, book.rules(), sight.usage(), sight.now()),
            sight.signals(),
            book,
            sight.now());
    if (returned.isPresent()) {
      return new Final(Ending.INEFFECTIVE, returned.get().id() + " has returned");
    }
    if (sight.suspended()) {
      return new Final(Ending.INEFFECTIVE, "suspended before the effect could be seen");
    }
    Optional<Finding> homeless = homeless(flight, sight);
    if (homeless.isPresent()) {
      return homeless.get();
    }
    boolean ready =
        sight.replicas() > 0
            && intended.size() == sight.replicas()
            && intended.stream().allMatch(Pods::isReady);
    return ready ? ready(flight, sight) : notReady(flight, sight);
  }

  private static Finding ready(InFlight flight, Sight sight) {
    if (flight.verifyingSince() == null) {
      return new ReadinessChanged(sight.now());
    }
    Duration window = Defaulting.verifyWindow(sight.claw().getSpec());
    Instant end = Instant.parse(flight.verifyingSince()).plus(window);
    return sight.now().isBefore(end)
        ? new Waiting(end)
        : new Final(
            Ending.HEALTHY,
            "ready for " + window.toSeconds() + " s and the signal has not returned");
  }

  private static Finding notReady(InFlight flight, Sight sight) {
    Instant deadline = deadline(flight, sight);
    if (!sight.now().isBefore(deadline)) {
      return worse(flight, "not ready " + minutes(flight, deadline) + " min afterwards");
    }
    return flight.verifyingSince() == null ? new Waiting(deadline) : new ReadinessChanged(null);
  }

  private static Optional<Finding> homeless(InFlight flight, Sight sight) {
    Instant patience = Instant.parse(flight.startedAt()).plus(SCHEDULING);
    return sight.pods().stream()
        .filter(pod -> !Pods.isGoing(pod))
        .flatMap(pod -> Pods.unschedulable(pod).stream())
        .findFirst()
        .map(message ->
            sight.now().isBefore(patience)
                ? new Waiting(patience)
                : worse(flight, "no node can take the pod: " + message));
  }

  private static Finding worse(InFlight flight, String reason) {
    return new Final(Goal.canBeTakenBack(flight) ? Ending.UNDONE : Ending.INEFFECTIVE, reason);
  }

  private static long minutes(InFlight flight, Instant deadline) {
    return Duration.between(Instant.parse(flight.startedAt()), deadline).toMinutes();
  }
}
