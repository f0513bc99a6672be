package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.journal.DiskPressure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What a client of protocol 2 has sent and was not told about yet, and how much more it may send.
 * Each frame is judged and then either appended or refused, before the next. Loop's thread.
 */
final class Inflow {
  private static final int WINDOW_MESSAGES = 512;
  private static final long WINDOW_BYTES = 2L * 1024 * 1024;

  private record Pending(String id, long lsn, int bytes) {}

  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Credits credits;

  /** Whether the frame that was judged last was paid for. */
  private boolean charged;

  /**
   * @param mostMessages that the client may have under way; fewer if this is more than the window
   */
  Inflow(int mostMessages) {
    credits = new Credits(Math.min(WINDOW_MESSAGES, mostMessages), WINDOW_BYTES);
  }

  /** Pays for a frame; false if the client was not granted as much. */
  boolean use(int bytes) {
    charged = credits.use(bytes);
    return charged;
  }

  /** The frame, which was paid for, lies in the journal. */
  void appended(String id, long lsn, int bytes) {
    pending.add(new Pending(id, lsn, bytes));
    charged = false;
  }

  /** The frame was not taken, before it was paid for or after. */
  void refused(int bytes) {
    if (charged) {
      credits.answered(bytes);
      charged = false;
    }
  }

  /** Tells of each message that is committed by now, in the order in which they were sent. */
  void committed(long lsn, Consumer<String> tell) {
    for (Pending next = pending.peek(); next != null && next.lsn() <= lsn; next = pending.peek()) {
      pending.remove();
      credits.answered(next.bytes());
      tell.accept(next.id());
    }
  }

  /** What to grant now; see {@link Credits#grant}. */
  Credits.Grant grant(DiskPressure pressure, boolean throttled, boolean rest) {
    return credits.grant(pressure, throttled, rest);
  }
}
