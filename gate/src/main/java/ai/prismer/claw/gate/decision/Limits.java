package ai.prismer.claw.gate.decision;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * An amount of memory and CPU, each absent where there is none or it is not known.
 *
 * @param memoryBytes bytes, positive
 * @param cpuMillicores thousandths of a core, positive
 */
public record Limits(OptionalLong memoryBytes, OptionalLong cpuMillicores) {
  /** Neither memory nor CPU. */
  public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty());

  /**
   * Checks the signs.
   *
   * @throws IllegalArgumentException if an amount is present and not positive
   */
  public Limits {
    Objects.requireNonNull(memoryBytes);
    Objects.requireNonNull(cpuMillicores);
    if (memoryBytes.orElse(1) <= 0 || cpuMillicores.orElse(1) <= 0) {
      throw new IllegalArgumentException("a limit is positive or absent");
    }
  }

  /** Both amounts. */
  public static Limits of(long memoryBytes, long cpuMillicores) {
    return new Limits(OptionalLong.of(memoryBytes), OptionalLong.of(cpuMillicores));
  }
}
