package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.decision.Limits;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.rule.Evaluation;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.RuleBook;
import ai.prismer.claw.gate.rule.Rules;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names the next step of healing one Claw. Pure: equal sights give equal steps.
 *
 * <p>The order is the essence. Signals first, because they are lost when a pod is. Then an action
 * that is announced and not done: nobody may decide anything while a workload is not what the
 * status says. Then the receipt that is owed, so that one place for it is enough. Then what stands
 * in the annotation, so that nobody can keep the slot from others. Then the action that is being
 * watched, and rules last: they have time, their signals are stored.
 */
final class Course {
  private final RuleBook book;
  private final String operator;

  /**
   * A course.
   *
   * @param book the rules in force
   * @param operator user name of the operator, the author of what rules ask for
   */
  Course(RuleBook book, String operator) {
    this.book = book;
    this.operator = operator;
  }

  /** The next step; {@link Step.Decide} where a fresh look must come first, see {@link Ruling}. */
  Step next(Sight sight) {
    List<SignalRecord> visible =
        Sightings.of(Goal.staying(sight), book.rules(), sight.usage(), sight.now());
    List<SignalRecord> fresh = Signals.fresh(sight.signals(), visible, book.rules(), sight.now());
    if (!fresh.isEmpty() || Signals.hasEnded(sight.signals(), visible)) {
      return remember(sight, visible, fresh);
    }
    InFlight flight = sight.inFlight();
    if (flight != null && Stage.of(flight) == Stage.Acting) {
      return acting(flight, sight);
    }
    if (sight.ops().outbox() != null) {
      return new Step.Publish();
    }
    String intent = sight.annotation(Keys.INTENT);
    if (intent != null) {
      return isProcessed(intent, sight) ? new Step.Clear(List.of()) : new Step.Decide();
    }
    if (sight.paused()) {
      return new Step.Rest(null);
    }
    if (Requests.pending(sight).isPresent()) {
      return new Step.Decide();
    }
    return flight != null ? verifying(flight, sight) : rules(sight);
  }

  private Step remember(Sight sight, List<SignalRecord> visible, List<SignalRecord> fresh) {
    List<SignalRecord> kept = Signals.keep(sight.signals(), visible, book.rules(), sight.now());
    List<Notice> notices = new ArrayList<>();
    for (SignalRecord signal : fresh) {
      int count =
          (int)
              kept.stream()
                  .filter(other -> other.type().equals(signal.type()))
                  .filter(other -> other.container().equals(signal.container()))
                  .count();
      notices.add(new Notice.Seen(signal.type(), signal.container(), count));
    }
    return new Step.Store(OpsEdit.of(sight.ops()).signals(kept).done(), notices);
  }

  private Step acting(InFlight flight, Sight sight) {
    if (sight.paused()) {
      return new Step.Rest(null);
    }
    if (Goal.isReached(flight, sight)) {
      return done(flight, sight, true);
    }
    Instant deadline = Verification.deadline(flight, sight);
    if (!sight.now().isBefore(deadline)) {
      // Watching finds out that nothing has come of it, and ends it like any other failure.
      return done(flight, sight, false);
    }
    Pod pod = Goal.toRemove(flight, sight);
    return pod == null ? new Step.Rest(deadline) : new Step.Remove(pod, done(flight, sight, true));
  }

  private Step.Store done(InFlight flight, Sight sight, boolean applied) {
    OpsEdit edit =
        OpsEdit.of(sight.ops())
            .mark(flight.generation(), flight.digest())
            .inFlight(Stage.verifying(flight))
            .signals(Signals.keep(sight.signals(), List.of(), book.rules(), sight.now()));
    return applied
        ? new Step.Store(
            edit.done(), new Notice.Applied(what(flight), sinceLastSignal(flight, sight)))
        : new Step.Store(edit.done());
  }

  private Step verifying(InFlight flight, Sight sight) {
    return switch (Verification.judge(flight, sight, book)) {
      case Verification.Waiting(Instant until) -> new Step.Rest(until);
      case Verification.ReadinessChanged(Instant since) ->
          new Step.Store(OpsEdit.of(sight.ops()).inFlight(Stage.readySince(flight, since)).done());
      case Verification.Final ignored -> new Step.Decide();
    };
  }

  private Step rules(Sight sight) {
    if (sight.suspended() || sight.signals().isEmpty()) {
      return new Step.Rest(null);
    }
    Instant next =
        Signals.nextToCount(sight.signals(), book.thresholds(), sight.now()).orElse(null);
    return switch (evaluate(sight, Limits.NONE)) {
      case Evaluation.Quiet ignored -> new Step.Rest(next);
      case Evaluation.CoolingDown(Rule ignored, Instant until) ->
          new Step.Rest(next == null || until.isBefore(next) ? until : next);
      case Evaluation.Emit ignored -> new Step.Decide();
      case Evaluation.Blocked ignored -> new Step.Decide();
    };
  }

  private Evaluation evaluate(Sight sight, Limits largestNode) {
    return Rules.evaluate(
        book.rules(),
        Signals.asCounted(sight.signals(), book.thresholds(), sight.now()),
        Memory.of(sight.ops()),
        Observation.observed(sight, largestNode, book),
        Observation.policy(sight),
        operator);
  }

  private static boolean isProcessed(String intent, Sight sight) {
    return IntentParser.parse(intent) instanceof Parsed.Valid valid
        && valid.intent().generation() == sight.mark()
        && valid.digest().hex().equals(sight.ops().lastIntentDigest());
  }

  /** What an action does, for people. */
  static String what(InFlight flight) {
    String change = flight.before() == null ? "" : " from " + flight.before();
    String to = flight.params() == null ? "" : " " + String.join(" ", flight.params().values());
    return flight.before() == null ? flight.action() + to : flight.action() + change + " to" + to;
  }

  private static @Nullable Duration sinceLastSignal(InFlight flight, Sight sight) {
    if (flight.rule() == null) {
      return null;
    }
    return sight.signals().stream()
        .map(signal -> Instant.parse(signal.at()))
        .filter(at -> !at.isAfter(sight.now()))
        .max(Instant::compareTo)
        .map(at -> Duration.between(at, sight.now()))
        .orElse(null);
  }
}
