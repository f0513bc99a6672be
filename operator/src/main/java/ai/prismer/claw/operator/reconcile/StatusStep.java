package ai.prismer.claw.operator.reconcile;

import ai.prismer.claw.api.Claw;
import ai.prismer.claw.api.status.ClawStatus;
import ai.prismer.claw.api.status.Condition;
import ai.prismer.claw.api.status.Phase;
import ai.prismer.claw.operator.events.EventReason;
import ai.prismer.claw.operator.events.EventRecorder;
import ai.prismer.claw.operator.metrics.OperatorMetrics;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a reconciliation: one status patch, only if something changed, then an event for each change
 * that a person may want to know. Events are told from the status that was written, so a restart
 * tells nothing twice.
 */
final class StatusStep {

  private final ClawWriter writer;
  private final OwnWrites ownWrites;
  private final EventRecorder events;
  private final OperatorMetrics metrics;
  private final Clock clock;

  StatusStep(
      ClawWriter writer,
      OwnWrites ownWrites,
      EventRecorder events,
      OperatorMetrics metrics,
      Clock clock) {
    this.writer = writer;
    this.ownWrites = ownWrites;
    this.events = events;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Writes what is to be said.
   *
   * @param whenStored waits for the state of self-healing in the Claw, which is written along; null
   *     if that is stored
   */
  void write(Facts facts, @Nullable Consumer<Claw> whenStored) {
    Claw claw = facts.claw();
    ClawStatus before = claw.getStatus();
    ClawStatus after = StatusDecision.decide(facts, clock.instant());
    Condition ready = Objects.requireNonNull(condition(after, StatusDecision.READY));
    Phase phase = Objects.requireNonNull(after.phase());
    metrics.instance(
        claw.getMetadata().getNamespace(),
        claw.getMetadata().getName(),
        phase,
        ready.status().equals("True"));
    if (whenStored == null && isSame(before, after)) {
      return;
    }
    Optional<Claw> written =
        whenStored == null ? writer.status(claw, after) : writer.whole(claw, after);
    if (written.isEmpty()) {
      return;
    }
    ownWrites.note(written.get());
    if (whenStored != null) {
      whenStored.accept(written.get());
    }
    if (before == null || before.phase() != phase) {
      events.record(claw, reason(phase), ready.message());
    }
    tellFailure(claw, before, after);
  }

  private void tellFailure(Claw claw, @Nullable ClawStatus before, ClawStatus after) {
    Condition now = condition(after, StatusDecision.RECONCILED);
    Condition earlier = before == null ? null : condition(before, StatusDecision.RECONCILED);
    boolean news =
        earlier == null
            || !earlier.status().equals("False")
            || !earlier.message().equals(Objects.requireNonNull(now).message());
    if (now != null && now.status().equals("False") && news) {
      events.record(claw, EventReason.ReconcileFailed, now.message());
    }
  }

  private static boolean isSame(@Nullable ClawStatus before, ClawStatus after) {
    return before != null
        && before.phase() == after.phase()
        && Objects.equals(before.observedGeneration(), after.observedGeneration())
        && Objects.equals(before.conditions(), after.conditions())
        && Objects.equals(before.runtime(), after.runtime())
        && Objects.equals(before.channels(), after.channels());
  }

  private static @Nullable Condition condition(ClawStatus status, String type) {
    List<Condition> conditions = status.conditions() == null ? List.of() : status.conditions();
    return conditions.stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElse(null);
  }

  private static EventReason reason(Phase phase) {
    return switch (phase) {
      case Pending, Terminating -> EventReason.ClawPending;
      case Provisioning -> EventReason.ClawProvisioning;
      case Running -> EventReason.ClawRunning;
      case Degraded -> EventReason.ClawDegraded;
      case Updating -> EventReason.ClawUpdating;
      case Failed -> EventReason.ClawFailed;
      case Suspended -> EventReason.ClawSuspended;
    };
  }
}
