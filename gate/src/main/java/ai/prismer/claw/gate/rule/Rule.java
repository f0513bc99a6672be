package ai.prismer.claw.gate.rule;

import ai.prismer.claw.gate.intent.Action;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a signal has been seen often enough, ask for something. A rule is data: what is not in this
 * record does not influence when or what it asks.
 *
 * @param id stable name: letters, digits and dashes, at most {@value #MAX_ID}
 * @param signal what is counted
 * @param container only signals of this container count; null for any, and for signals of a pod as
 *     a whole. A rule that raises a limit names the runtime: an OOM in a sidecar never changes the
 *     runtime's resources.
 * @param minSeverity signals count only while their type is at least this urgent
 * @param minCount how many distinct signals, 1 to {@value #MAX_COUNT}
 * @param window how far back they count
 * @param remedy what is asked for
 * @param cooldown pause after the first action; doubles with each further action in a row
 * @param unlessOwnChange whether the rule holds still when the last change was an action of ours
 *     that did not help: what follows from our own doing is for a person to judge
 */
public record Rule(
    String id,
    SignalType signal,
    @Nullable String container,
    Severity minSeverity,
    int minCount,
    Duration window,
    Remedy remedy,
    Duration cooldown,
    boolean unlessOwnChange) {

  /** Name of the container that runs the agent; only its limits can be raised. */
  public static final String RUNTIME = "runtime";

  /** No rule counts further; so many signals of one kind and place are kept. */
  public static final int MAX_COUNT = 10;

  static final int MAX_ID = 63;

  /** Shortest and longest {@code window} and {@code cooldown}. */
  static final Duration SHORTEST = Duration.ofSeconds(1);

  static final Duration LONGEST = Duration.ofHours(24);

  static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** Half more memory, in steps of 32Mi, after the runtime ran out of it twice in half an hour. */
  public static final Rule OOM_BUMP_MEMORY =
      new Rule(
          "oom-bump-memory",
          SignalType.OOM_KILLED,
          RUNTIME,
          Severity.LOW,
          2,
          Duration.ofMinutes(30),
          new Remedy.Raise(Action.BUMP_MEMORY, new BigDecimal("1.5")),
          Duration.ofMinutes(5),
          false);

  /** A quarter more memory before the kernel has to kill. */
  public static final Rule HIGH_MEMORY_BUMP_MEMORY =
      new Rule(
          "high-memory-bump-memory",
          SignalType.HIGH_MEMORY,
          RUNTIME,
          Severity.LOW,
          1,
          Duration.ofMinutes(30),
          new Remedy.Raise(Action.BUMP_MEMORY, new BigDecimal("1.25")),
          Duration.ofMinutes(30),
          false);

  /** Half more CPU for a runtime that has been throttled for long. */
  public static final Rule HIGH_CPU_BUMP_CPU =
      new Rule(
          "high-cpu-bump-cpu",
          SignalType.HIGH_CPU,
          RUNTIME,
          Severity.LOW,
          1,
          Duration.ofMinutes(30),
          new Remedy.Raise(Action.BUMP_CPU, new BigDecimal("1.5")),
          Duration.ofMinutes(30),
          false);

  /** A fresh pod where restarts of the container did not help, once. */
  public static final Rule CRASHLOOP_RESTART_POD =
      new Rule(
          "crashloop-restart-pod",
          SignalType.CRASH_LOOP,
          RUNTIME,
          Severity.LOW,
          5,
          Duration.ofMinutes(15),
          new Remedy.Ask(Action.RESTART_POD, Map.of()),
          Duration.ofMinutes(10),
          true);

  /** A fresh pod where a node threw one out and its controller does not replace it. */
  public static final Rule EVICTED_RESTART_POD =
      new Rule(
          "evicted-restart-pod",
          SignalType.EVICTED,
          null,
          Severity.LOW,
          1,
          Duration.ofMinutes(30),
          new Remedy.Ask(Action.RESTART_POD, Map.of()),
          Duration.ofMinutes(1),
          false);

  /** The rules of an operator that was told nothing else. */
  public static final List<Rule> DEFAULTS =
      List.of(
          OOM_BUMP_MEMORY,
          HIGH_MEMORY_BUMP_MEMORY,
          HIGH_CPU_BUMP_CPU,
          CRASHLOOP_RESTART_POD,
          EVICTED_RESTART_POD);

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the value that makes no sense
   */
  public Rule {
    Objects.requireNonNull(signal);
    Objects.requireNonNull(minSeverity);
    Objects.requireNonNull(remedy);
    check(NAME.matcher(id).matches(), "id consists of a-z, 0-9 and -");
    check(
        container == null || NAME.matcher(container).matches(),
        "container consists of a-z, 0-9 and -");
    check(
        container == null || signal.scope() == SignalType.Scope.CONTAINER,
        "container makes no sense for a signal of a whole pod");
    check(minCount >= 1 && minCount <= MAX_COUNT, "minCount is 1 to " + MAX_COUNT);
    check(isWithin(window), "window is 1s to 24h");
    check(isWithin(cooldown), "cooldown is 1s to 24h");
    check(
        !raises(remedy.action()) || RUNTIME.equals(container),
        remedy.action() + " raises the runtime's limit, so container must be " + RUNTIME);
  }

  /** The operation it asks for. */
  public Action action() {
    return remedy.action();
  }

  /** Whether such a signal counts for this rule, as far as kind and place go. */
  public boolean counts(Signal signal) {
    return signal.type() == this.signal
        && (container == null || container.equals(signal.container()));
  }

  static boolean raises(Action action) {
    return action == Action.BUMP_MEMORY || action == Action.BUMP_CPU;
  }

  static void check(boolean holds, String reason) {
    if (!holds) {
      throw new IllegalArgumentException("rule: " + reason);
    }
  }

  private static boolean isWithin(Duration duration) {
    return duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0;
  }
}
