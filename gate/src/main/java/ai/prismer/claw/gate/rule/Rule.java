package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.intent.Action;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * When a signal has been seen often enough, raise a limit.
 *
 * @param id stable name
 * @param signal what is counted
 * @param container only signals of this container count: an OOM in a sidecar never changes the
 *     runtime's resources
 * @param minCount how many distinct signals, at least 1
 * @param window how far back they count
 * @param action {@code bump-memory} or {@code bump-cpu}
 * @param factor the new limit is the current one times this, more than 1 and at most 2
 * @param rounding the new limit is rounded up to a multiple of this; bytes or millicores
 * @param cooldown pause after the first action; doubles with each further action in a row
 */
public record Rule(
    String id,
    SignalType signal,
    String container,
    int minCount,
    Duration window,
    Action action,
    BigDecimal factor,
    long rounding,
    Duration cooldown) {

  /** Half more memory, in steps of 32Mi, after the runtime ran out of it twice in half an hour. */
  public static final Rule OOM_BUMP_MEMORY =
      new Rule(
          "oom-bump-memory",
          SignalType.OOM_KILLED,
          "runtime",
          2,
          Duration.ofMinutes(30),
          Action.BUMP_MEMORY,
          new BigDecimal("1.5"),
          32L << 20,
          Duration.ofMinutes(5));

  /** The rules of an operator that was told nothing else. */
  public static final List<Rule> DEFAULTS = List.of(OOM_BUMP_MEMORY);

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the value that makes no sense
   */
  public Rule {
    Objects.requireNonNull(signal);
    Objects.requireNonNull(container);
    check(!id.isEmpty(), "id is empty");
    check(minCount >= 1, "minCount is at least 1");
    check(window.isPositive(), "window is positive");
    check(action == Action.BUMP_MEMORY || action == Action.BUMP_CPU, "action raises a limit");
    check(
        factor.compareTo(BigDecimal.ONE) > 0 && factor.compareTo(BigDecimal.TWO) <= 0,
        "factor is more than 1 and at most 2");
    check(rounding >= 1, "rounding is at least 1");
    check(cooldown.isPositive(), "cooldown is positive");
  }

  private static void check(boolean holds, String reason) {
    if (!holds) {
      throw new IllegalArgumentException("rule: " + reason);
    }
  }
}
