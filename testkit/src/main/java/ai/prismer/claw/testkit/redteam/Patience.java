package ai.prismer.claw.testkit.redteam;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what must happen; a program that waits in vain says for what. */
final class Patience {
  private static final Duration LOOK = Duration.ofMillis(100);

  private Patience() {}

  static void await(String what, Duration atMost, BooleanSupplier condition) {
    if (!within(atMost, condition)) {
      throw new IllegalStateException("waited " + atMost.toSeconds() + " s in vain for " + what);
    }
  }

  /** Whether it came true in time. */
  static boolean within(Duration atMost, BooleanSupplier condition) {
    long until = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        return false;
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException told) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", told);
      }
    }
    return true;
  }
}
