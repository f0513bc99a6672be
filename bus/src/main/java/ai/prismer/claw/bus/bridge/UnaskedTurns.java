package ai.prismer.claw.bus.bridge;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns, by their keys, whose question was not sent yet. Who takes one out decides whether it ever
 * is: the attempt itself, right before it sends, or whoever gives the turn up.
 *
 * <p>Only the bus's own thread knows which turns are out, and it may be behind: when the next
 * connection stands, it may still be about to ask after those of the last one, or have handed over
 * a turn in the belief that the last one stands. So a connection clears nothing here. An attempt
 * that could not connect leaves its turn until the next, and the oldest go when there are many more
 * than are ever out at once. Thread-safe.
 */
final class UnaskedTurns {
  /** Kept at the most. */
  static final int MOST = 1024;

  private final Map<String, Long> attempts = new LinkedHashMap<>();

  /**
   * The bus has handed over a turn.
   *
   * @param attempt tells this attempt from every other at the turn
   */
  synchronized void add(String turn, long attempt) {
    attempts.remove(turn);
    attempts.put(turn, attempt);
    if (attempts.size() > MOST) {
      attempts.remove(attempts.keySet().iterator().next());
    }
  }

  /**
   * Whether the question of this attempt is the taker's: to send it, or to see that nobody does.
   */
  synchronized boolean take(String turn, long attempt) {
    return attempts.remove(turn, attempt);
  }
}
