package ai.prismer.claw.operator.ops;

import ai.prismer.claw.api.status.ActionRecord;
import ai.prismer.claw.api.status.Breaker;
import ai.prismer.claw.api.status.InFlight;
import ai.prismer.claw.api.status.OpsStatus;
import ai.prismer.claw.gate.decision.Brakes;
import ai.prismer.claw.gate.receipt.Entry.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Budget and breaker of one Claw, as the status keeps them: what was executed lately and how it
 * ended. Pure.
 *
 * <p>The breaker opens after {@link #IN_VAIN} actions in a row that did not help, whoever asked for
 * them: a leak eats every raise, and the next would only cost more. A person lets it go on.
 */
final class Restraint {
  /** Actions in a row that did not help. */
  static final int IN_VAIN = 3;

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofHours(24);
  private static final int MAX_KEPT = 24;

  private Restraint() {}

  /** What the gate needs to know. */
  static Brakes brakes(OpsStatus ops, Instant now) {
    List<Instant> lately =
        actions(ops).stream()
            .map(action -> Instant.parse(action.at()))
            .filter(at -> at.isAfter(now.minus(HOUR)))
            .sorted()
            .toList();
    Instant last =
        actions(ops).stream()
            .map(action -> Instant.parse(action.at()))
            .max(Instant::compareTo)
            .orElse(null);
    return new Brakes(
        lately.size(),
        lately.isEmpty() ? null : lately.getFirst().plus(HOUR),
        last,
        isOpen(ops.breaker()));
  }

  /** Whether self-healing has stopped. */
  static boolean isOpen(@Nullable Breaker breaker) {
    return breaker != null && breaker.openedAt() != null;
  }

  /** The list with one more action, which has begun. */
  static List<ActionRecord> begun(OpsStatus ops, InFlight flight, Instant now) {
    List<ActionRecord> next = new ArrayList<>(actions(ops));
    next.removeIf(action -> !Instant.parse(action.at()).isAfter(now.minus(DAY)));
    next.removeIf(action -> action.generation().equals(flight.generation()));
    next.add(new ActionRecord(flight.generation(), flight.action(), now.toString(), null));
    return List.copyOf(next.subList(Math.max(0, next.size() - MAX_KEPT), next.size()));
  }

  /** The list once the action has ended. */
  static List<ActionRecord> ended(OpsStatus ops, InFlight flight, Ending ending) {
    return actions(ops).stream()
        .map(action ->
            action.generation().equals(flight.generation())
                ? new ActionRecord(action.generation(), action.action(), action.at(), ending.id())
                : action)
        .toList();
  }

  /** The breaker after these actions; as it was unless they open it. */
  static @Nullable Breaker after(
      List<ActionRecord> actions, @Nullable Breaker before, Instant now) {
    if (isOpen(before)) {
      return before;
    }
    List<ActionRecord> counted =
        actions.stream()
            .filter(action -> action.result() != null)
            .filter(action -> isAfter(action.at(), before == null ? null : before.thawedAt()))
            .toList();
    List<ActionRecord> last =
        counted.subList(Math.max(0, counted.size() - IN_VAIN), counted.size());
    boolean opens =
        last.size() == IN_VAIN
            && last.stream().noneMatch(action -> Ending.HEALTHY.id().equals(action.result()));
    return opens
        ? new Breaker(
            now.toString(),
            "the last "
                + IN_VAIN
                + " actions did not help: "
                + String.join(
                    ", ",
                    last.stream().map(action -> action.action() + " " + action.result()).toList()),
            before == null ? null : before.thawedAt(),
            before == null ? null : before.thawedBy())
        : before;
  }

  /** Closed by a person; what happened before counts no longer. */
  static Breaker thawed(String by, Instant now) {
    return new Breaker(null, null, now.toString(), by);
  }

  private static boolean isAfter(String at, @Nullable String thawedAt) {
    return thawedAt == null || Instant.parse(at).isAfter(Instant.parse(thawedAt));
  }

  private static List<ActionRecord> actions(OpsStatus ops) {
    return ops.recentActions() == null ? List.of() : ops.recentActions();
  }
}
