package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the messages of one channel in one direction, in the order in which they were accepted.
 *
 * <p>The journal has all of them; here are the next few, up to the size of the ring, and of those
 * only what their payload needs. When the ring runs low it is filled from the journal, so a backlog
 * of any size costs the same memory. In a strict lane one message is in flight and one that is
 * retried holds up those behind it; a relaxed lane has several in flight, begun in order.
 *
 * <p>An attempt is written down before it is made. A message that takes the process with it
 * therefore has been tried once more after each start, and ends as a dead letter and not as a crash
 * loop.
 *
 * <p>Not thread-safe: belongs to the thread behind {@code executor}, which answers of the journal
 * are brought to.
 */
public final class LaneQueue {
  private static final long FETCH_BYTES = 256 * 1024;

  private static final class Entry {
    final Part part;
    int attempts;
    boolean inFlight;

    /** Whether it waits, or has waited, until {@link #dueNanos}. */
    boolean waiting;

    long dueNanos;

    Entry(Part part) {
      this.part = part;
      this.attempts = part.attempts();
    }

    /** Nanoseconds until the next attempt may begin. */
    long waitNanos(long nowNanos) {
      return waiting ? Math.max(0, dueNanos - nowNanos) : 0;
    }
  }

  private final Lane lane;
  private final Journal journal;
  private final RetryPolicy policy;
  private final int inFlight;
  private final int ringSize;
  private final RandomGenerator random;
  private final Executor executor;

  private final List<Entry> ring = new ArrayList<>();
  private @Nullable Receiver receiver;

  /** Bytes of the messages in the ring. */
  private long ringBytes;

  private int inFlightCount;
  private long deliveries;
  private long retries;
  private long accepted;
  private long settled;
  private long buried;
  private long fetchedUpTo;
  private boolean fetching;

  /** Whether the journal may hold messages behind those in the ring. */
  private boolean behind = true;

  private @Nullable Throwable failure;

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
    this.ringSize = ringSize;
    this.random = random;
    this.accepted = owed;
    // Nobody walks over the other lanes' backlog to find that there is nothing.
    this.fetchedUpTo = owed == 0 ? journal.committed() : 0;
    this.executor = executor;
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
    accepted++;
  }

  /** Messages accepted and not yet answered for or given up. */
  public long owed() {
    return accepted - settled;
  }

  /**
   * Something was committed since the last time, of this lane or another. If it is of this one it
   * is fetched when there is room.
   */
  public void committed() {
    behind = true;
  }

  /**
   * Begins what is due.
   *
   * @param nowNanos monotonic time
   * @throws IOException when the journal failed
   */
  public void tick(long nowNanos) throws IOException {
    if (failure != null) {
      throw new IOException("lane " + lane + " cannot read its backlog", failure);
    }
    fetch();
    Receiver present = receiver;
    for (int i = 0; present != null && i < Math.min(inFlight, ring.size()); i++) {
      Entry entry = ring.get(i);
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
              entry.part.content().asReadOnlyBuffer()));
    }
  }

  /** Nanoseconds until {@link #tick} begins something; {@code Long.MAX_VALUE} for never. */
  public long nextDueNanos(long nowNanos) {
    long next = Long.MAX_VALUE;
    for (int i = 0; receiver != null && i < Math.min(inFlight, ring.size()); i++) {
      if (!ring.get(i).inFlight) {
        next = Math.min(next, ring.get(i).waitNanos(nowNanos));
      }
    }
    return next;
  }

  /** The message was answered for. Saying so twice, or of a message long gone, is no error. */
  public void done(long message) throws IOException {
    Entry entry = find(message);
    if (entry != null) {
      remove(entry);
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
    Entry entry = find(message);
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
    Entry entry = find(message);
    if (entry != null && entry.inFlight) {
      entry.attempts--;
      waitFor(entry, 1, nowNanos);
    }
  }

  private void waitFor(Entry entry, int attempts, long nowNanos) {
    entry.inFlight = false;
    inFlightCount--;
    entry.waiting = true;
    entry.dueNanos = nowNanos + policy.delayNanos(attempts, random);
  }

  private void bury(Entry entry, String reason) throws IOException {
    remove(entry);
    buried++;
    journal.bury(lane, entry.part.origin(), entry.attempts, reason);
  }

  private void remove(Entry entry) {
    ring.remove(entry);
    settled++;
    ringBytes -= entry.part.content().remaining();
    if (entry.inFlight) {
      inFlightCount--;
    }
  }

  private @Nullable Entry find(long message) {
    for (Entry entry : ring) {
      if (entry.part.origin() == message) {
        return entry;
      }
    }
    return null;
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
    return settled;
  }

  /** Messages that were given up, since this queue was made. */
  public long buried() {
    return buried;
  }

  /** Messages in memory. */
  public int size() {
    return ring.size();
  }

  private void fetch() {
    // Counting messages alone would let a ring of long ones fill the heap.
    boolean enough = ring.size() > ringSize / 2 || ringBytes > FETCH_BYTES / 2;
    // A lane that has all it is owed must not read what others write, commit by commit.
    if (!behind || fetching || enough || owed() == ring.size()) {
      return;
    }
    fetching = true;
    behind = false;
    // Both outcomes are handed on; there is nobody else to tell.
    var _ =
        journal
            .next(lane, fetchedUpTo, ringSize - ring.size(), FETCH_BYTES)
            .whenComplete((parts, failed) -> executor.execute(() -> fetched(parts, failed)));
  }

  private void fetched(@Nullable List<Part> parts, @Nullable Throwable failed) {
    fetching = false;
    failure = failed;
    if (parts == null || parts.isEmpty()) {
      return;
    }
    // Asked for more at once: this answer may have been cut short, by number or by bytes.
    behind = true;
    fetchedUpTo = parts.getLast().origin();
    for (Part part : parts) {
      ring.add(new Entry(part));
      ringBytes += part.content().remaining();
    }
  }
}
