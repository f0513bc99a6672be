package ai.prismer.claw.bus.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the channels and the runtime saw of a bus that was killed again and again: kept outside of
 * it, and never asked of it. Thread-safe.
 */
final class Ledger {
  private final Set<String> acknowledged = new HashSet<>();
  private final Map<String, Integer> delivered = new HashMap<>();
  private final Map<String, Integer> answered = new HashMap<>();

  /** By channel, the number of the message delivered last for the first time. */
  private final Map<String, Integer> order = new HashMap<>();

  /** Questions that, or whose answers, are dead letters. */
  private final Set<String> buried = new HashSet<>();

  private int corrupt;
  private int disordered;

  synchronized void acknowledged(String id) {
    acknowledged.add(id);
    notifyAll();
  }

  synchronized void delivered(String id, String text) {
    if (!text.equals(Content.text(id))) {
      corrupt++;
      return;
    }
    if (delivered.merge(id, 1, Integer::sum) == 1) {
      int cut = id.lastIndexOf('-');
      int number = Integer.parseInt(id.substring(cut + 1));
      Integer before = order.put(id.substring(0, cut), number);
      if (before != null && before > number) {
        disordered++;
      }
    }
  }

  synchronized void answered(String id, String text) {
    if (!text.equals(Content.text(id + "-resp"))) {
      corrupt++;
      return;
    }
    answered.merge(id, 1, Integer::sum);
    notifyAll();
  }

  /**
   * A dead letter of the bus. What is in flight at every kill is tried once more by each start, and
   * is one after the last attempt that it has: it is kept, and nobody waits for it any more.
   */
  synchronized void buried(String id, String text) {
    if (!text.equals(Content.text(id))) {
      corrupt++;
      return;
    }
    buried.add(id.endsWith("-resp") ? id.substring(0, id.length() - "-resp".length()) : id);
  }

  /** Waits until so many are acknowledged, or the time is over. */
  synchronized void awaitAcknowledged(int wanted, long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (acknowledged.size() < wanted && System.nanoTime() < end) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
  }

  /**
   * Waits until all that was acknowledged is answered, or nothing more was for so long: what is in
   * flight at every kill counts as an attempt, so a lane may pause for its retries.
   */
  synchronized void awaitAllAnswered(long patienceMillis) throws InterruptedException {
    int before = -1;
    long end = 0;
    while (!answered.keySet().containsAll(acknowledged)) {
      long now = System.nanoTime();
      if (answered.size() > before) {
        before = answered.size();
        end = now + patienceMillis * 1_000_000;
      }
      if (now >= end) {
        return;
      }
      wait(Math.max(1, (end - now) / 1_000_000));
    }
  }

  synchronized int acknowledged() {
    return acknowledged.size();
  }

  synchronized int answered() {
    return answered.size();
  }

  /** Acknowledged and neither delivered and answered nor a dead letter. */
  synchronized int lost() {
    return (int)
        acknowledged.stream()
            .filter(id -> !delivered.containsKey(id) || !answered.containsKey(id))
            .filter(id -> !buried.contains(id))
            .count();
  }

  synchronized int buried() {
    return buried.size();
  }

  synchronized int corrupt() {
    return corrupt;
  }

  synchronized int disordered() {
    return disordered;
  }

  /** Deliveries and answers beyond the first: what at-least-once costs. */
  synchronized int duplicates() {
    return delivered.values().stream().mapToInt(times -> times - 1).sum()
        + answered.values().stream().mapToInt(times -> times - 1).sum();
  }
}
