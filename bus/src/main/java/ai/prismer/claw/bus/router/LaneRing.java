package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The next few messages of a lane, oldest first, and how many it is owed altogether.
 *
 * <p>The journal has all of them; here are as many as the ring takes, and of those only what their
 * payload needs. When the ring runs low it is filled from the journal, so a backlog of any size
 * costs the same memory. A message that comes when the ring has all others that are owed is kept
 * when it is appended, and is not read back. It may not be delivered before it is committed.
 *
 * <p>Not thread-safe: belongs to the thread behind {@code executor}, which answers of the journal
 * are brought to.
 */
final class LaneRing {
  private static final long FETCH_BYTES = 256 * 1024;

  /** A message in memory, and what became of it so far. */
  static final class Entry {
    final Part part;

    /** What stands in it, if somebody has read it already. */
    final @Nullable Envelope envelope;

    int attempts;
    boolean inFlight;

    /** Whether it waits, or has waited, until {@link #dueNanos}. */
    boolean waiting;

    long dueNanos;

    Entry(Part part, @Nullable Envelope envelope) {
      this.part = part;
      this.envelope = envelope;
      this.attempts = part.attempts();
    }

    /** Nanoseconds until the next attempt may begin. */
    long waitNanos(long nowNanos) {
      return waiting ? Math.max(0, dueNanos - nowNanos) : 0;
    }
  }

  private final Lane lane;
  private final Journal journal;
  private final int capacity;
  private final Executor executor;

  private final List<Entry> entries = new ArrayList<>();

  /** Bytes of the messages in memory. */
  private long bytes;

  private long accepted;
  private long settled;
  private long fetchedUpTo;
  private boolean fetching;

  /** Whether the journal may hold messages behind those in memory. */
  private boolean behind = true;

  private @Nullable Throwable failure;

  /**
   * @param capacity messages kept in memory
   * @param owed messages that are in the journal already
   */
  LaneRing(Lane lane, Journal journal, int capacity, long owed, Executor executor) {
    this.lane = lane;
    this.journal = journal;
    this.capacity = capacity;
    this.accepted = owed;
    // Nobody walks over the other lanes' backlog to find that there is nothing.
    this.fetchedUpTo = owed == 0 ? journal.committed() : 0;
    this.executor = executor;
  }

  /** A message was appended for this lane; {@link #committed} will say when it can be fetched. */
  void accepted() {
    accepted++;
  }

  /** Whether a message of so many bytes that is appended next can be kept here at once. */
  boolean takes(int length) {
    return owed() == entries.size()
        && !fetching
        && entries.size() < capacity
        && bytes + length <= FETCH_BYTES;
  }

  /** The message that was appended, and that this {@link #takes}. */
  void accepted(Part part, Envelope envelope) {
    accepted();
    fetchedUpTo = part.origin();
    add(part, envelope);
  }

  private void add(Part part, @Nullable Envelope envelope) {
    entries.add(new Entry(part, envelope));
    bytes += part.content().remaining();
  }

  /** Something was committed since the last time, of this lane or another. */
  void committed() {
    behind = true;
  }

  /** Messages accepted and not yet {@linkplain #settle settled}. */
  long owed() {
    return accepted - settled;
  }

  /** Messages settled since this ring was made. */
  long settled() {
    return settled;
  }

  /** Messages in memory. */
  int size() {
    return entries.size();
  }

  /** The {@code index}-th of the messages in memory, 0 the oldest. */
  Entry get(int index) {
    return entries.get(index);
  }

  /** The message that is known by this lsn, or null if it is not in memory. */
  @Nullable Entry find(long message) {
    for (Entry entry : entries) {
      if (entry.part.origin() == message) {
        return entry;
      }
    }
    return null;
  }

  /** The message is owed no more. */
  void settle(Entry entry) {
    entries.remove(entry);
    settled++;
    bytes -= entry.part.content().remaining();
  }

  /**
   * Asks the journal for more, if there is room and may be more.
   *
   * @throws IOException when it could not be read
   */
  void fetch() throws IOException {
    if (failure != null) {
      throw new IOException("lane " + lane + " cannot read its backlog", failure);
    }
    // Counting messages alone would let a ring of long ones fill the heap.
    boolean enough = entries.size() > capacity / 2 || bytes > FETCH_BYTES / 2;
    // A lane that has all it is owed must not read what others write, commit by commit.
    if (!behind || fetching || enough || owed() == entries.size()) {
      return;
    }
    fetching = true;
    behind = false;
    // Both outcomes are handed on; there is nobody else to tell.
    var _ =
        journal
            .next(lane, fetchedUpTo, capacity - entries.size(), FETCH_BYTES)
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
      add(part, null);
    }
  }
}
