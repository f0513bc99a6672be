package ai.prismer.claw.gate.rule;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * When something seen counts as a signal.
 *
 * @param severities how urgent each type is; an absent one is as {@link SignalType#severity} says
 * @param crashLoop ends of one container that make a crash loop, where the kubelet does not say so
 * @param evicted how long an evicted pod may stay
 * @param highMemory share of the memory limit
 * @param highCpu share of the CPU limit
 * @param podPending how long a pod may wait for its start
 * @param livenessKills ends of one container by a signal, while it has a liveness or startup probe
 * @param notReady how long a container may run without being ready
 * @param channelDisconnect how long a channel may be away from its bus
 */
public record SignalSettings(
    Map<SignalType, Severity> severities,
    Burst crashLoop,
    Duration evicted,
    Saturation highMemory,
    Saturation highCpu,
    Duration podPending,
    Burst livenessKills,
    Duration notReady,
    Duration channelDisconnect) {

  /** What holds unless the operator was told otherwise. */
  public static final SignalSettings DEFAULT =
      new SignalSettings(
          Map.of(),
          new Burst(3, Duration.ofMinutes(5)),
          Duration.ofSeconds(60),
          new Saturation(new BigDecimal("0.90"), Duration.ofMinutes(5)),
          new Saturation(new BigDecimal("0.95"), Duration.ofMinutes(10)),
          Duration.ofMinutes(5),
          new Burst(1, Duration.ofMinutes(5)),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5));

  /** Copies the map. */
  public SignalSettings {
    severities =
        severities.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<SignalType, Severity>(severities));
    Objects.requireNonNull(crashLoop);
    Objects.requireNonNull(evicted);
    Objects.requireNonNull(highMemory);
    Objects.requireNonNull(highCpu);
    Objects.requireNonNull(podPending);
    Objects.requireNonNull(livenessKills);
    Objects.requireNonNull(notReady);
    Objects.requireNonNull(channelDisconnect);
  }

  /** How urgent a signal of this type is. */
  public Severity severity(SignalType type) {
    return severities.getOrDefault(type, type.severity());
  }

  /**
   * Something that happens is a signal from the next time on after it has happened this often.
   *
   * @param more how often is not yet one, 0 to {@link Rule#MAX_COUNT}
   * @param within the time in which they count
   */
  public record Burst(int more, Duration within) {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Burst {
      Objects.requireNonNull(within);
      Rule.check(more >= 0 && more <= Rule.MAX_COUNT, "count is 0 to " + Rule.MAX_COUNT);
    }
  }

  /**
   * Use of a limit that is a signal once it has lasted.
   *
   * @param above share of the limit, more than 0 and less than 1
   * @param lasting for how long it must be above that without a break
   */
  public record Saturation(BigDecimal above, Duration lasting) {
    /**
     * Checks the share.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Saturation {
      Objects.requireNonNull(lasting);
      Rule.check(
          above.signum() > 0 && above.compareTo(BigDecimal.ONE) < 0,
          "above is more than 0 and less than 1");
    }

    /** Whether a use of so much of this limit is above the share. */
    public boolean isAbove(long used, long limit) {
      return BigDecimal.valueOf(used).compareTo(above.multiply(BigDecimal.valueOf(limit))) > 0;
    }
  }
}
