package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.intent.Action;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a signal has been seen often enough, ask for one action.
 *
 * @param id stable name
 * @param signal what is counted
 * @param container only signals of this container count: an OOM in a sidecar never changes the
 *     runtime's resources
 * @param minCount how many distinct signals, at least 1
 * @param window how far back they count
 * @param action {@code bump-memory}, {@code bump-cpu} or {@code restart-pod}
 * @param factor of a raise: the new limit is the current one times this, more than 1 and at most 2;
 *     absent for a restart
 * @param rounding of a raise: the new limit is rounded up to a multiple of this; bytes or
 *     millicores
 * @param cooldown pause after the first action; doubles with each further action in a row
 */
public record Rule(
    String id,
    SignalType signal,
    String container,
    int minCount,
    Duration window,
    Action action,
    @Nullable BigDecimal factor,
    long rounding,
    Duration cooldown) {

  /** Rounding of memory: 32Mi. */
  public static final long MEMORY_STEP = 32L << 20;

  /** Rounding of CPU: 10m. */
  public static final long CPU_STEP = 10;

  /** Half more memory after the runtime ran out of it twice in half an hour. */
  public static final Rule OOM_BUMP_MEMORY =
      new Rule(
          "oom-bump-memory",
          SignalType.OOM_KILLED,
          "runtime",
          2,
          Duration.ofMinutes(30),
          Action.BUMP_MEMORY,
          new BigDecimal("1.5"),
          MEMORY_STEP,
          Duration.ofMinutes(5));

  /** A quarter more memory before the kernel kills. */
  public static final Rule HIGH_MEMORY_BUMP_MEMORY =
      new Rule(
          "high-memory-bump-memory",
          SignalType.HIGH_MEMORY,
          "runtime",
          1,
          Duration.ofMinutes(30),
          Action.BUMP_MEMORY,
          new BigDecimal("1.25"),
          MEMORY_STEP,
          Duration.ofMinutes(30));

  /** Half more CPU for who cannot get enough. */
  public static final Rule HIGH_CPU_BUMP_CPU =
      new Rule(
          "high-cpu-bump-cpu",
          SignalType.HIGH_CPU,
          "runtime",
          1,
          Duration.ofMinutes(30),
          Action.BUMP_CPU,
          new BigDecimal("1.5"),
          CPU_STEP,
          Duration.ofMinutes(30));

  /** A new pod for one that crashed five times in a quarter of an hour. */
  public static final Rule CRASHLOOP_RESTART_POD =
      new Rule(
          "crashloop-restart-pod",
          SignalType.CRASH_LOOP,
          "runtime",
          5,
          Duration.ofMinutes(15),
          Action.RESTART_POD,
          null,
          1,
          Duration.ofMinutes(10));

  /** A new pod for one that stands evicted and that nobody takes away. */
  public static final Rule EVICTED_RESTART_POD =
      new Rule(
          "evicted-restart-pod",
          SignalType.EVICTED,
          "runtime",
          1,
          Duration.ofMinutes(30),
          Action.RESTART_POD,
          null,
          1,
          Duration.ofMinutes(1));

  /** The rules of an operator that was told nothing else; the most severe signals first. */
  public static final List<Rule> DEFAULTS =
      List.of(
          OOM_BUMP_MEMORY,
          EVICTED_RESTART_POD,
          CRASHLOOP_RESTART_POD,
          HIGH_MEMORY_BUMP_MEMORY,
          HIGH_CPU_BUMP_CPU);

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
    switch (action) {
      case BUMP_MEMORY, BUMP_CPU ->
          check(
              factor != null
                  && factor.compareTo(BigDecimal.ONE) > 0
                  && factor.compareTo(BigDecimal.TWO) <= 0,
              "factor is more than 1 and at most 2");
      case RESTART_POD -> check(factor == null, "factor has no meaning for a restart");
      case ROLLOUT_RESTART, SCALE_REPLICAS ->
          check(false, "action is bump-memory, bump-cpu or restart-pod");
    }
    check(rounding >= 1, "rounding is at least 1");
    check(cooldown.isPositive(), "cooldown is positive");
  }

  private static void check(boolean holds, String reason) {
    if (!holds) {
      throw new IllegalArgumentException("rule: " + reason);
    }
  }
}
