package ai.prismer.claw.bus.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which turns may begin: one at a time in a session, so many at once, so many a minute. A runtime
 * takes a second message of a busy session for a correction of the first, and the answer to one of
 * them never comes.
 */
final class TurnGate<T> {
  private record Waiting<T>(String session, T turn) {}

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final int maxInFlight;
  private final int ratePerMinute;
  private final Deque<Waiting<T>> waiting = new ArrayDeque<>();
  private final Map<String, T> busy = new HashMap<>();
  private final Deque<Long> begun = new ArrayDeque<>();
  private int inFlight;

  /**
   * @param ratePerMinute 0 for any number
   */
  TurnGate(int maxInFlight, int ratePerMinute) {
    this.maxInFlight = maxInFlight;
    this.ratePerMinute = ratePerMinute;
  }

  void offer(String session, T turn) {
    waiting.add(new Waiting<>(session, turn));
  }

  /** The next turn that may begin now, and is now counted as begun; or null. */
  @Nullable T next(long nowNanos) {
    if (waitNanos(nowNanos) > 0) {
      return null;
    }
    Set<String> passed = new LinkedHashSet<>();
    Iterator<Waiting<T>> each = waiting.iterator();
    while (inFlight < maxInFlight && each.hasNext()) {
      Waiting<T> next = each.next();
      if (!passed.contains(next.session())
          && busy.putIfAbsent(next.session(), next.turn()) == null) {
        each.remove();
        inFlight++;
        if (ratePerMinute > 0) {
          begun.add(nowNanos);
        }
        return next.turn();
      }
      passed.add(next.session());
    }
    return null;
  }

  /** Nanoseconds until the rate lets another turn begin; 0 if it does now. */
  long waitNanos(long nowNanos) {
    while (!begun.isEmpty() && nowNanos - begun.peek() >= MINUTE) {
      begun.remove();
    }
    if (ratePerMinute == 0 || begun.size() < ratePerMinute) {
      return 0;
    }
    return begun.element() + MINUTE - nowNanos;
  }

  /** The turn is over, or will not be begun. */
  void over(String session, T turn) {
    if (turn.equals(busy.get(session))) {
      busy.remove(session);
      inFlight--;
    } else {
      waiting.removeIf(other -> other.turn().equals(turn));
    }
  }

  /** Those that wait, which from now on do not. */
  List<T> withdraw() {
    List<T> withdrawn = waiting.stream().map(Waiting::turn).toList();
    waiting.clear();
    return withdrawn;
  }

  /** Forgets all that wait or were begun; the rate stays. */
  void clear() {
    waiting.clear();
    busy.clear();
    inFlight = 0;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
