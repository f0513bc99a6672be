package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.rules.Defaulting;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.Signal;
import ai.prismer.claw.gate.rule.SignalType;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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

  /** Whatever was asked for, an agent that does this was not helped. */
  private static final Set<SignalType> STOPS_WORK =
      EnumSet.of(SignalType.OOM_KILLED, SignalType.CRASH_LOOP);

  /** Seen by the operator's own clock, to the microsecond; nodes tell times in whole seconds. */
  private static final Set<SignalType> MEASURED =
      EnumSet.of(SignalType.HIGH_MEMORY, SignalType.HIGH_CPU);

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

  static Finding judge(InFlight flight, Sight sight) {
    List<Pod> intended =
        sight.pods().stream().filter(pod -> Goal.isIntended(pod, flight, sight)).toList();
    Optional<Signal> back = returned(flight, intended, sight);
    if (back.isPresent()) {
      return new Final(Ending.INEFFECTIVE, back.get().type().id() + " has returned");
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

  /**
   * What speaks against the action: the signal that it was to help against, or an agent that does
   * not work, in one of the pods it brought about.
   */
  private static Optional<Signal> returned(InFlight flight, List<Pod> intended, Sight sight) {
    Map<String, Pod> byUid =
        intended.stream().collect(Collectors.toMap(Pods::uid, Function.identity()));
    SignalType cause = sight.book().rule(flight.rule()).map(Rule::signal).orElse(null);
    return sight.outlook().next().counted().stream()
        .filter(signal -> isAfterwards(signal, byUid.get(signal.podUid()), flight))
        .filter(signal -> isOfTheAgent(signal.container()))
        .filter(signal -> signal.type() == cause || STOPS_WORK.contains(signal.type()))
        .findFirst();
  }

  /**
   * A pod that the action brought about tells about it and nothing else, whatever its node's clock
   * says. One that was there before, and was resized, also shows what the action answers: a load
   * was seen a moment before the decision, and must not count as its own return.
   */
  private static boolean isAfterwards(Signal signal, @Nullable Pod pod, InFlight flight) {
    if (pod == null) {
      return false;
    }
    Instant decided = Instant.parse(flight.startedAt());
    Instant second = decided.truncatedTo(ChronoUnit.SECONDS);
    boolean seenAfterwards =
        MEASURED.contains(signal.type())
            ? signal.at().isAfter(decided)
            : !signal.at().isBefore(second);
    return seenAfterwards
        || Pods.created(pod).filter(created -> !created.isBefore(second)).isPresent();
  }

  private static boolean isOfTheAgent(@Nullable String container) {
    return container == null || container.equals(Keys.RUNTIME_CONTAINER);
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
