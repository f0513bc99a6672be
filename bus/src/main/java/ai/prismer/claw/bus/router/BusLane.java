package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One channel in one direction: its queue, kept going by the loop, what it remembers and what it
 * owes. Loop's thread.
 */
public final class BusLane {
  private final String channel;
  private final Lane lane;
  private final EventLoop loop;
  private final LaneQueue queue;
  private final RecentIds recent = new RecentIds();
  private EventLoop.@Nullable Timer timer;
  private long accepted;
  private long duplicates;
  private long lastAppended;

  /** {@link Arrival}s that have not ended. */
  private int arriving;

  /**
   * @param inFlight deliveries at once
   * @param ringSize messages in memory
   * @param owed messages that an earlier process left
   */
  public BusLane(
      String channel,
      Lane lane,
      Journal journal,
      EventLoop loop,
      RetryPolicy policy,
      int inFlight,
      int ringSize,
      RandomGenerator random,
      long owed) {
    this.channel = channel;
    this.lane = lane;
    this.loop = loop;
    this.queue =
        new LaneQueue(
            lane, journal, policy, inFlight, ringSize, random, owed, this::executeAndTick);
  }

  private void executeAndTick(Runnable answer) {
    loop.execute(() -> {
      answer.run();
      tick();
    });
  }

  /** Name of the channel. */
  public String channel() {
    return channel;
  }

  /** By which the journal knows it. */
  public Lane lane() {
    return lane;
  }

  /** Begins what is due, and comes back when something else is. */
  private void tick() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    try {
      queue.tick(loop.nanos());
    } catch (IOException failed) {
      throw new JournalGoneException(failed);
    }
    long next = queue.nextDueNanos(loop.nanos());
    if (next != Long.MAX_VALUE) {
      timer = loop.after(Duration.ofNanos(next), this::tick);
    }
  }

  /** Somebody is there to deliver to. */
  public void attach(Receiver receiver) {
    queue.attach(receiver);
    tick();
  }

  /** Nobody is there any more; no attempt is used up meanwhile. */
  public void detach() {
    queue.detach();
  }

  /** Whether somebody is there. */
  public boolean isAttached() {
    return queue.isAttached();
  }

  /** Something may have been committed. */
  public void committed() {
    queue.committed();
    tick();
  }

  /** The message was answered for. */
  public void done(long message) {
    try {
      queue.done(message);
    } catch (IOException failed) {
      throw new JournalGoneException(failed);
    }
    tick();
  }

  /**
   * The attempt failed.
   *
   * @param retryable whether another could end differently
   */
  public void failed(long message, String reason, boolean retryable) {
    try {
      queue.failed(message, reason, retryable, loop.nanos());
    } catch (IOException failed) {
      throw new JournalGoneException(failed);
    }
    tick();
  }

  /** The attempt reached nobody, and does not count. */
  public void unreached(long message) {
    queue.unreached(message, loop.nanos());
    tick();
  }

  /** Messages accepted and not yet answered for. */
  public long owed() {
    return queue.owed();
  }

  /** Messages accepted since the start. */
  public long accepted() {
    return accepted;
  }

  /** Messages answered for or given up since the start. */
  public long settled() {
    return queue.settled();
  }

  /** Messages given up since the start. */
  public long buried() {
    return queue.buried();
  }

  /** Attempts beyond the first since the start. */
  public long retries() {
    return queue.retries();
  }

  /** Deliveries begun and not answered for. */
  public int inFlight() {
    return queue.inFlight();
  }

  /** Resends that were recognised since the start. */
  public long duplicates() {
    return duplicates;
  }

  /** The highest lsn that was appended to this lane by this process. */
  public long lastAppended() {
    return lastAppended;
  }

  /** Id of the message accepted last, by this process or the one before; null if there was none. */
  public @Nullable String lastId() {
    return recent.last();
  }

  /** Whether the message with this id is accepted by now, so that nobody has to send it again. */
  public boolean isAccepted(String id, long committed) {
    Long lsn = recent.find(id);
    return lsn != null && lsn <= committed;
  }

  /** A message that an earlier process accepted. */
  public void remember(String id, long lsn) {
    if (id.length() <= RecentIds.LONGEST_ID) {
      recent.add(id, lsn);
    }
  }

  /** The lsn under which a message with this id was accepted, if it was. */
  @Nullable Long resendOf(String id) {
    Long known = recent.find(id);
    duplicates += known == null ? 0 : 1;
    return known;
  }

  /** A message in one piece was appended. */
  void appended(Envelope envelope, long lsn, ByteBuffer content) {
    recent.add(envelope.id(), lsn);
    accepted++;
    lastAppended = lsn;
    if (arriving == 0 && queue.takes(content.remaining())) {
      ByteBuffer kept = ByteBuffer.allocate(content.remaining()).put(content.duplicate()).flip();
      queue.accepted(new Part(lsn, lsn, lane, false, 0, 0, kept), envelope);
    } else {
      queue.accepted();
    }
  }

  /** Something begins to arrive that is appended in other ways. */
  public Arrival begun() {
    arriving++;
    return new Arrival(this);
  }

  void arrived() {
    arriving--;
  }

  /** A message of several parts was appended, the last of them under this lsn. */
  void accepted(String id, long lsn) {
    recent.add(id, lsn);
    accepted++;
    accepted(lsn);
  }

  /** A message that counts as no new one was appended; whoever did may be behind others by now. */
  void accepted(long lsn) {
    queue.accepted();
    lastAppended = Math.max(lastAppended, lsn);
  }
}
