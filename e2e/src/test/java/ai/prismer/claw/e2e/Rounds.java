package ai.prismer.claw.e2e;

import java.util.function.IntConsumer;

/** Rounds that several share. Thread-safe. */
final class Rounds {
  private final int wanted;
  private final IntConsumer told;
  private int begun;
  private int ended;

  /**
   * @param told how many have ended, at the end of each
   */
  Rounds(int wanted, IntConsumer told) {
    this.wanted = wanted;
    this.told = told;
  }

  /** Begins one, if any is left. */
  synchronized boolean begin() {
    boolean left = begun < wanted;
    begun += left ? 1 : 0;
    return left;
  }

  synchronized void end() {
    told.accept(++ended);
  }

  synchronized int ended() {
    return ended;
  }

  /** Nobody begins another. */
  synchronized void stop() {
    begun = wanted;
  }
}
