package ai.prismer.claw.bus.bridge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Turns, by their keys, whose question was not sent yet. Who takes one out decides whether it ever
 * is: the attempt itself, right before it sends, or whoever gives the turn up.
 *
 * <p>An attempt takes only what it was given. One that found nobody costs none, so the next has the
 * same number; the former, still dialing, would send in its name and be ended for it, and then
 * neither waits for the answer. Thread-safe.
 */
final class UnaskedTurns {
  private final AtomicLong last = new AtomicLong();
  private final Map<String, Long> tickets = new ConcurrentHashMap<>();

  /** A new attempt at a turn; the ticket of the former is worth nothing. */
  long begin(String turn) {
    long ticket = last.incrementAndGet();
    tickets.put(turn, ticket);
    return ticket;
  }

  /** Whether the attempt with this ticket may send the question; once. */
  boolean take(String turn, long ticket) {
    return tickets.remove(turn, ticket);
  }

  /** Whether nobody has sent the question, and now nobody will. */
  boolean giveUp(String turn) {
    return tickets.remove(turn) != null;
  }

  /** Gives up all of them. */
  void clear() {
    tickets.clear();
  }
}
