package ai.prismer.claw.gate.rule;

import java.time.Duration;

/**
 * From when on a level is a signal. A level is a state that lasts, unlike a kill, which happens.
 *
 * @param memoryAbove part of the memory limit, more than 0 and less than 1
 * @param memoryFor how long usage must stay above it
 * @param cpuAbove part of the CPU limit, more than 0 and less than 1
 * @param cpuFor how long usage must stay above it
 * @param evictedFor how long an evicted pod must stand there; a StatefulSet's controller normally
 *     replaces it at once
 */
public record Thresholds(
    double memoryAbove, Duration memoryFor, double cpuAbove, Duration cpuFor, Duration evictedFor) {
  /** Those of an operator that was told nothing else. */
  public static final Thresholds DEFAULT =
      new Thresholds(
          0.90, Duration.ofMinutes(5), 0.95, Duration.ofMinutes(10), Duration.ofSeconds(60));

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the value that makes no sense
   */
  public Thresholds {
    check("memoryAbove", memoryAbove);
    check("cpuAbove", cpuAbove);
    check("memoryFor", memoryFor);
    check("cpuFor", cpuFor);
    check("evictedFor", evictedFor);
  }

  /** How long a signal of this type must last before it counts; zero for what happens once. */
  public Duration lasting(SignalType type) {
    return switch (type) {
      case OOM_KILLED, CRASH_LOOP -> Duration.ZERO;
      case EVICTED -> evictedFor;
      case HIGH_MEMORY -> memoryFor;
      case HIGH_CPU -> cpuFor;
    };
  }

  private static void check(String name, double part) {
    if (!(part > 0 && part < 1)) {
      throw new IllegalArgumentException(name + " is " + part + "; it lies between 0 and 1");
    }
  }

  private static void check(String name, Duration time) {
    if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(name + " is " + time + "; it is at most an hour");
    }
  }
}
