package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Turns that are out, each with a thread of its own, by channel and message. Thread-safe. */
final class TurnThreads {
  private final Map<String, Thread> running = new ConcurrentHashMap<>();

  /**
   * Begins a turn. A former attempt at it, whose connection was lost, is ended: two that ask for
   * the same answer would only be in each other's way.
   */
  void start(Outgoing turn, Runnable work) {
    String key = key(turn);
    Thread thread =
        Thread.ofVirtual()
            .name("turn")
            .unstarted(() -> {
              try {
                work.run();
              } finally {
                running.remove(key, Thread.currentThread());
              }
            });
    Thread former = running.put(key, thread);
    if (former != null) {
      former.interrupt();
    }
    thread.start();
  }

  /** Interrupts a turn, if it is out. */
  void interrupt(Outgoing turn) {
    Thread thread = running.remove(key(turn));
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Interrupts all of them. */
  void interruptAll() {
    running.values().forEach(Thread::interrupt);
  }

  /** Ids are a channel's own: two may use the same. */
  static String key(Outgoing turn) {
    return turn.lane().channel() + " " + turn.envelope().id();
  }
}
