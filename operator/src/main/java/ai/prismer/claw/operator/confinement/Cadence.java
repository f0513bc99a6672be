package ai.prismer.claw.operator.confinement;

import java.time.Duration;

/**
 * When to prove confinement again: every period, but after 1, 2, 4 … 30 s while it is unproven, and
 * so too for a while after a policy changed.
 *
 * <p>The latter because an API server acts on a changed policy up to a second late, and there may
 * be several servers: the first look after a binding was removed still sees it refuse. Helm makes
 * the policies after the Deployment, so the first looks of a new installation are unproven ones.
 *
 * <p>Not thread-safe.
 */
final class Cadence {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** Looks after a change even if all is well: at 1, 3 and 7 s. */
  private static final int SETTLING = 3;

  private final Duration period;
  private int looks;

  /**
   * A cadence that begins unsettled.
   *
   * @param period time between two looks when all is well
   */
  Cadence(Duration period) {
    this.period = period;
  }

  /** A policy changed: look often again. */
  void restart() {
    looks = 0;
  }

  /** How long to wait after a look. */
  Duration next(boolean proven) {
    if (proven && looks >= SETTLING) {
      return period;
    }
    Duration wait = FIRST.multipliedBy(1L << Math.min(looks, 5));
    looks++;
    wait = wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    return wait.compareTo(period) < 0 ? wait : period;
  }
}
