package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.ClawOpsEscalation;
import ai.prismer.claw.api.Keys;
import ai.prismer.claw.api.status.Held;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.SignalRecord;
import ai.prismer.claw.gate.decision.Decision;
import ai.prismer.claw.gate.intent.Intent;
import ai.prismer.claw.gate.intent.IntentParser;
import ai.prismer.claw.gate.intent.Parsed;
import ai.prismer.claw.gate.rule.Evaluation;
import ai.prismer.claw.gate.rule.Rule;
import ai.prismer.claw.gate.rule.Rules;
import ai.prismer.claw.operator.signals.Ledger;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names the next step of healing one Claw. Pure: equal sights give equal steps.
 *
 * <p>The order is the essence. What a Claw that was made again had been left with comes back before
 * anything is stored or read. Signals next, because they are lost when a pod is. Then an action
 * that is announced and not done: nobody may decide anything while a workload is not what the
 * status says. Then the receipt that is owed, so that one place for it is enough, and the slot that
 * is opened again when its hour is over. Then what stands in the annotation, so that nobody can
 * keep the slot from others, and what a companion says. Then the action that is being watched, then
 * what has had its time, and rules last: they have time, their signals are stored.
 */
final class Course {
  /** How often a rule that an outbreak holds up looks whether it is over. */
  static final Duration OUTBREAK = Duration.ofSeconds(30);

  private final String operator;
  private final Function<Sight, List<ClawOpsEscalation>> known;

  /**
   * A course.
   *
   * @param operator user name of the operator, the author of what rules ask for
   * @param known the escalations of a Claw that are remembered
   */
  Course(String operator, Function<Sight, List<ClawOpsEscalation>> known) {
    this.operator = operator;
    this.known = known;
  }

  /** The next step; {@link Step.Decide} where a fresh look must come first, see {@link Ruling}. */
  Step next(Sight sight) {
    if (Restoration.isDue(sight)) {
      return new Step.Restore();
    }
    Ledger.Outlook outlook = sight.outlook();
    if (!outlook.raised().isEmpty()) {
      return remember(sight, outlook);
    }
    return switch (afterSignals(sight)) {
      case Step.Rest(Instant until) -> resting(sight, outlook, until);
      case Step.Consult(String escalation, Step.Rest(Instant until)) ->
          new Step.Consult(escalation, resting(sight, outlook, until));
      case Step other -> other;
    };
  }

  private Step afterSignals(Sight sight) {
    InFlight flight = sight.inFlight();
    if (flight != null && Stage.of(flight) == Stage.Acting) {
      return acting(flight, sight);
    }
    if (sight.ops().outbox() != null) {
      return new Step.Publish();
    }
    if (sight.ops().llmSlot() != null && !sight.now().isBefore(slotOpens(sight))) {
      return new Step.Store(OpsEdit.of(sight.ops()).llmSlot(null).done());
    }
    String intent = sight.annotation(Keys.INTENT);
    if (intent != null) {
      return isProcessed(intent, sight) ? new Step.Clear(List.of()) : new Step.Decide();
    }
    if (sight.annotation(Keys.ANALYSIS) != null) {
      return new Step.Hear();
    }
    if (sight.paused()) {
      return new Step.Rest(null);
    }
    if (Requests.pending(sight).isPresent()) {
      return new Step.Decide();
    }
    if (flight != null) {
      return verifying(flight, sight);
    }
    if (Expiry.isDue(sight)) {
      return new Step.Decide();
    }
    Step next = Unruled.first(sight, known).orElseGet(() -> rules(sight));
    Held held = sight.ops().held();
    return held == null ? next : new Step.Consult(held.escalation(), next);
  }

  private static Step remember(Sight sight, Ledger.Outlook outlook) {
    List<Notice> notices = new ArrayList<>();
    for (SignalRecord signal : outlook.raised()) {
      notices.add(new Notice.Seen(signal));
    }
    return new Step.Store(OpsEdit.of(sight.ops()).ledger(outlook.next()).done(), notices);
  }

  /** Nothing is to be done; what began or ended can be written down now, and time may tell more. */
  private static Step resting(Sight sight, Ledger.Outlook outlook, @Nullable Instant until) {
    if (!outlook.next().equals(sight.ledger())) {
      return new Step.Store(OpsEdit.of(sight.ops()).ledger(outlook.next()).done());
    }
    Instant opens = sight.ops().llmSlot() == null ? null : slotOpens(sight);
    return new Step.Rest(earlier(earlier(until, Expiry.orEarlier(sight, outlook.due())), opens));
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }

  /** When agents may ask again. */
  private static Instant slotOpens(Sight sight) {
    return RefusalCount.end(sight.ops().refusals(), sight.now());
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
            .inFlight(Stage.verifying(flight));
    return applied
        ? new Step.Store(
            edit.done(), new Notice.Applied(what(flight), sinceLastSignal(flight, sight)))
        : new Step.Store(edit.done());
  }

  private Step verifying(InFlight flight, Sight sight) {
    return switch (Verification.judge(flight, sight)) {
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
    return switch (evaluate(sight)) {
      case Evaluation.Quiet ignored -> new Step.Rest(null);
      case Evaluation.CoolingDown(Rule ignored, Instant until) -> new Step.Rest(until);
      case Evaluation.Emit ignored -> new Step.Decide();
      case Evaluation.Blocked(Rule ignored, Intent asked, Decision.Reject refusal) ->
          refusal.code() == Decision.Code.OUTBREAK
              ? new Step.Rest(sight.now().plus(OUTBREAK))
              : new Step.Decide();
    };
  }

  private Evaluation evaluate(Sight sight) {
    return Rules.evaluate(
        sight.book(),
        sight.ledger().counted(),
        Memory.past(sight.ops()),
        Observation.observed(sight, Ceilings.NONE, null),
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
