package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the messages of one channel in one direction, in the order in which they were accepted.
 *
 * <p>In a strict lane one message is in flight and one that is retried holds up those behind it; a
 * relaxed lane has several in flight, begun in order. {@link LaneRing} has the next few.
 *
 * <p>An attempt is written down before it is made. A message that takes the process with it
 * therefore has been tried once more after each start, and ends as a dead letter and not as a crash
 * loop.
 *
 * <p>Not thread-safe: belongs to the thread behind {@code executor}, which answers of the journal
 * are brought to.
 */
public final class LaneQueue {
  private final Lane lane;
  private final Journal journal;
  private final RetryPolicy policy;
  private final int inFlight;
  private final RandomGenerator random;
  private final LaneRing ring;

  private @Nullable Receiver receiver;
  private int inFlightCount;
  private long deliveries;
  private long retries;
  private long buried;

  /**
   * @param inFlight deliveries at once: 1 is strict
   * @param ringSize messages kept in memory
   * @param owed messages that are in the journal already
   * @param executor runs what it is given on the thread that this queue belongs to
   */
  public LaneQueue(
      Lane lane,
      Journal journal,
      RetryPolicy policy,
      int inFlight,
      int ringSize,
      RandomGenerator random,
      long owed,
      Executor executor) {
    if (inFlight < 1 || ringSize < inFlight) {
      throw new IllegalArgumentException(inFlight + " in flight of a ring of " + ringSize);
    }
    this.lane = lane;
    this.journal = journal;
    this.policy = policy;
    this.inFlight = inFlight;
    this.random = random;
    this.ring = new LaneRing(lane, journal, ringSize, owed, executor);
  }

  /**
   * A receiver is there. What an earlier one was given is in flight until somebody says what became
   * of it: of two attempts that are out at once, one would be in the other's way.
   */
  public void attach(Receiver newcomer) {
    receiver = newcomer;
  }

  /** The receiver is gone; nothing is tried, and no attempt is used up, until there is another. */
  public void detach() {
    receiver = null;
  }

  /** Whether a receiver is there. */
  public boolean isAttached() {
    return receiver != null;
  }

  /** A message was appended for this lane; {@link #committed} will say when it can be fetched. */
  public void accepted() {
    ring.accepted();
  }

  /** Whether {@link #accepted(Part, Envelope)} may be told of a message of so many bytes. */
  public boolean takes(int length) {
    return ring.takes(length);
  }

  /**
   * The same of a message in one piece that was appended last of all of this lane, which spares
   * reading it back. Its content is kept.
   */
  public void accepted(Part part, Envelope envelope) {
    ring.accepted(part, envelope);
  }

  /** Messages accepted and not yet answered for or given up. */
  public long owed() {
    return ring.owed();
  }

  /**
   * Something was committed since the last time, of this lane or another. If it is of this one it
   * is fetched when there is room.
   */
  public void committed() {
    ring.committed();
  }

  /**
   * Begins what is due.
   *
   * @param nowNanos monotonic time
   * @throws IOException when the journal failed
   */
  public void tick(long nowNanos) throws IOException {
    ring.fetch();
    Receiver present = receiver;
    long committed = journal.committed();
    for (int i = 0; present != null && i < Math.min(inFlight, ring.size()); i++) {
      LaneRing.Entry entry = ring.get(i);
      if (entry.part.origin() > committed) {
        break;
      }
      if (entry.inFlight || entry.waitNanos(nowNanos) > 0) {
        continue;
      }
      if (entry.attempts >= policy.attempts()) {
        // The last attempt ended with the process that made it.
        bury(entry, "the last of " + entry.attempts + " attempts was never answered");
        i--;
        continue;
      }
      retries += entry.waiting || entry.attempts > 0 ? 1 : 0;
      entry.attempts++;
      entry.inFlight = true;
      inFlightCount++;
      journal.attempt(lane, entry.part.origin(), entry.attempts);
      present.deliver(
          new Delivery(
              entry.part.origin(),
              lane,
              ++deliveries,
              entry.attempts,
              entry.part.more(),
              entry.part.content().asReadOnlyBuffer(),
              entry.envelope));
    }
  }

  /** Nanoseconds until {@link #tick} begins something; {@code Long.MAX_VALUE} for never. */
  public long nextDueNanos(long nowNanos) {
    long next = Long.MAX_VALUE;
    long committed = journal.committed();
    for (int i = 0; receiver != null && i < Math.min(inFlight, ring.size()); i++) {
      LaneRing.Entry entry = ring.get(i);
      if (entry.part.origin() > committed) {
        break;
      }
      if (!entry.inFlight) {
        next = Math.min(next, entry.waitNanos(nowNanos));
      }
    }
    return next;
  }

  /** The message was answered for. Saying so twice, or of a message long gone, is no error. */
  public void done(long message) throws IOException {
    LaneRing.Entry entry = ring.find(message);
    if (entry != null) {
      settle(entry);
      journal.acknowledge(lane, message);
    }
  }

  /**
   * The attempt failed.
   *
   * @param retryable whether another one could end differently
   */
  public void failed(long message, String reason, boolean retryable, long nowNanos)
      throws IOException {
    LaneRing.Entry entry = ring.find(message);
    if (entry == null || !entry.inFlight) {
      return;
    }
    if (!retryable || entry.attempts >= policy.attempts()) {
      bury(entry, reason);
      return;
    }
    waitFor(entry, entry.attempts, nowNanos);
  }

  /** The attempt reached nobody: it does not count, unless the process ends before the next. */
  public void unreached(long message, long nowNanos) {
    LaneRing.Entry entry = ring.find(message);
    if (entry != null && entry.inFlight) {
      entry.attempts--;
      waitFor(entry, 1, nowNanos);
    }
  }

  private void waitFor(LaneRing.Entry entry, int attempts, long nowNanos) {
    entry.inFlight = false;
    inFlightCount--;
    entry.waiting = true;
    entry.dueNanos = nowNanos + policy.delayNanos(attempts, random);
  }

  private void bury(LaneRing.Entry entry, String reason) throws IOException {
    settle(entry);
    buried++;
    journal.bury(lane, entry.part.origin(), entry.attempts, reason);
  }

  private void settle(LaneRing.Entry entry) {
    ring.settle(entry);
    if (entry.inFlight) {
      inFlightCount--;
    }
  }

  /** Deliveries that were begun and not answered for. */
  public int inFlight() {
    return inFlightCount;
  }

  /** Attempts beyond the first of a message, since this queue was made. */
  public long retries() {
    return retries;
  }

  /** Messages that were answered for or given up, since this queue was made. */
  public long settled() {
    return ring.settled();
  }

  /** Messages that were given up, since this queue was made. */
  public long buried() {
    return buried;
  }

  /** Messages in memory. */
  public int size() {
    return ring.size();
  }
}
