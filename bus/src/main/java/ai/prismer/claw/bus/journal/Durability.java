package ai.prismer.claw.bus.journal;

import java.time.Duration;

/** When what was accepted is on the device. */
public sealed interface Durability {
  /** Before it is called accepted: survives a power cut. */
  record Always() implements Durability {}

  /**
   * Soon: accepted after it was written, synced this often. Survives a killed process; a power cut
   * takes at most this much.
   */
  record Interval(Duration every) implements Durability {
    /** Refuses an interval that would never sync. */
    public Interval {
      if (every.isNegative() || every.isZero()) {
        throw new IllegalArgumentException("a sync every " + every);
      }
    }
  }

  /** When the kernel pleases: survives a killed process, not a power cut. */
  record None() implements Durability {}
}
