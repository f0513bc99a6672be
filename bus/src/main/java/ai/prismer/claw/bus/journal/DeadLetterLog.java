package ai.prismer.claw.bus.journal;

import ai.prismer.claw.bus.log.LineLogger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were given up, in a log of the same format: the parts of one, then DEAD{first part,
 * lsn it had in the journal, reason}. Parts without a DEAD behind them were left by a crash; the
 * journal still has that message and moves it again. Used by the writer thread only.
 */
final class DeadLetterLog implements RecordVisitor {
  private static final System.Logger LOG = LineLogger.of(DeadLetterLog.class);

  /** DEAD payload: u64 first part, u64 lsn in the journal, u64 bytes of the message; the reason. */
  private static final int FIXED = 3 * Long.BYTES;

  private static final long GROW_AGAIN_MILLIS = 1000;

  private final SegmentedLog log;
  private final LiveMessages live;
  private final LogReader reader;
  private final JournalOptions options;
  private final Batch batch;

  private final NavigableMap<Long, DeadLetter> letters = new TreeMap<>();

  /** Letters by the lsn that the message had in the journal. */
  private final Map<Long, Long> byMessage = new HashMap<>();

  private long nextLsn;
  private long growAgain;
  private long expired;

  /**
   * While the log is being read: messages of which it is not yet known whether they are letters.
   */
  private final Map<Long, Lane> undecided = new HashMap<>();

  DeadLetterLog(Disk disk, JournalOptions options, RandomGenerator random) {
    this.options = options;
    this.batch = new Batch(options.batchBytes());
    this.log = new SegmentedLog(disk, "dead-", options.segmentBytes(), random);
    this.live = new LiveMessages(log);
    this.reader = new LogReader(log, live);
  }

  /**
   * Reads what is there.
   *
   * @param proven lsn that the journal knows to have been durable here
   */
  void recover(long proven) throws IOException {
    nextLsn = log.recover(this, proven);
    live.recovered();
    batch.begin(nextLsn);
    if (!undecided.isEmpty() && makeRoom(0)) {
      undecided.forEach((head, lane) -> batch.about(RecordType.ACK, lane, head, 0, 0));
      commit(0);
    }
    undecided.clear();
    log.release();
  }

  @Override
  public void record(Segment segment, ByteBuffer bytes, int at, RecordType type) {
    switch (type) {
      case MSG -> {
        live.record(segment, bytes, at, type);
        if (RecordFormat.head(bytes, at) == RecordFormat.lsn(bytes, at)) {
          undecided.put(RecordFormat.lsn(bytes, at), RecordFormat.lane(bytes, at));
        }
      }
      case DEAD -> {
        undecided.remove(RecordFormat.word(bytes, at, 0));
        add(bytes, at);
      }
      case ACK -> {
        live.record(segment, bytes, at, type);
        undecided.remove(RecordFormat.word(bytes, at, 0));
        DeadLetter gone = letters.remove(RecordFormat.word(bytes, at, 0));
        if (gone != null) {
          byMessage.values().remove(gone.id());
        }
      }
      case RETRY, MOVED, BATCH, CLOSE -> {}
    }
  }

  private void add(ByteBuffer bytes, int at) {
    long id = RecordFormat.word(bytes, at, 0);
    byte[] reason = new byte[RecordFormat.length(bytes, at) - FIXED];
    bytes.get(at + RecordFormat.HEADER + FIXED, reason);
    letters.put(
        id,
        new DeadLetter(
            id,
            RecordFormat.lane(bytes, at),
            RecordFormat.attempt(bytes, at),
            Instant.ofEpochMilli(RecordFormat.timestamp(bytes, at)),
            new String(reason, StandardCharsets.UTF_8),
            RecordFormat.word(bytes, at, 2)));
    byMessage.put(RecordFormat.word(bytes, at, 1), id);
  }

  /** Whether a letter of this channel is here. */
  boolean holds(int channel) {
    return letters.values().stream().anyMatch(letter -> letter.lane().channel() == channel);
  }

  /** Whether the journal's message {@code message} is already here. */
  boolean holdsMessage(long message) {
    return byMessage.containsKey(message);
  }

  /**
   * Takes a message over, durably.
   *
   * @param parts lsns of the message's parts, which are read one by one from {@code source}
   * @return false when the disk has no room for it now
   */
  boolean take(LiveMessages.Dead dead, List<Long> parts, LogReader source, long now)
      throws IOException {
    if (!makeRoom(now)) {
      return false;
    }
    batch.begin(nextLsn);
    long head = 0;
    long bytes = 0;
    for (long origin : parts) {
      Part part = source.part(origin);
      if (part == null) {
        throw new IllegalStateException("part " + origin + " of a message that is owed is gone");
      }
      flushUnlessFits(RecordFormat.MESSAGE_PREFIX + part.content().remaining());
      bytes += part.content().remaining();
      long lsn =
          batch.message(part.lane(), part.more(), 0, part.timestamp(), 0, head, part.content());
      head = head == 0 ? lsn : head;
    }
    byte[] reason = dead.remark();
    flushUnlessFits(FIXED + reason.length);
    ByteBuffer remark = ByteBuffer.allocate(FIXED - Long.BYTES + reason.length);
    remark.putLong(dead.message()).putLong(bytes).put(reason);
    batch.about(RecordType.DEAD, dead.lane(), head, dead.attempt(), now, remark.array());
    commit(now);
    undecided.clear();
    return true;
  }

  private void flushUnlessFits(int payload) throws IOException {
    if (!batch.fits(payload)) {
      commit(0);
    }
  }

  /** Has a segment ready that takes the longest batch, without putting the journal at risk. */
  private boolean makeRoom(long now) {
    if (now < growAgain) {
      return false;
    }
    try {
      while (log.freeCount() == 0) {
        log.grow();
      }
      return true;
    } catch (IOException full) {
      growAgain = now + GROW_AGAIN_MILLIS;
      LOG.log(
          System.Logger.Level.WARNING,
          "no room for dead letters, they stay in the journal for now: {0}",
          full.getMessage());
      return false;
    }
  }

  private void commit(long now) throws IOException {
    batch.end(log.durableLsn(), now);
    if (!log.fits(batch.size())) {
      log.roll(batch.firstLsn(), 0, true);
    }
    log.write(batch);
    log.force();
    batch.replay(log.head(), this);
    nextLsn = batch.nextLsn();
    batch.begin(nextLsn);
    log.release();
  }

  /** Removes letters, and says how many of them were there. */
  int purge(List<Long> ids, long now) throws IOException {
    batch.begin(nextLsn);
    int before = letters.size();
    for (long id : new LinkedHashSet<>(ids)) {
      DeadLetter letter = letters.get(id);
      if (letter != null) {
        flushUnlessFits(Long.BYTES);
        batch.about(RecordType.ACK, letter.lane(), id, 0, now);
      }
    }
    if (!batch.isEmpty()) {
      if (!log.fits(batch.sizeAtEnd()) && !makeRoom(now)) {
        throw new JournalFullException();
      }
      commit(now);
    }
    return before - letters.size();
  }

  /** Gives up what is too old, too many or too much; it was listed for as long as promised. */
  void expire(long now) throws IOException {
    List<Long> gone = new ArrayList<>();
    Instant oldest = Instant.ofEpochMilli(now).minus(options.deadLetterAge());
    int excess = letters.size() - options.deadLetterLimit();
    boolean crowded = (long) log.used().size() * options.segmentBytes() > options.deadLetterBytes();
    long crowdedBelow = crowded ? log.used().get(1).header.firstLsn() : 0;
    for (DeadLetter letter : letters.values()) {
      boolean expire =
          gone.size() < excess || letter.died().isBefore(oldest) || letter.id() < crowdedBelow;
      if (!expire) {
        break;
      }
      gone.add(letter.id());
    }
    boolean possible = log.fits(options.batchBytes()) || log.freeCount() > 0;
    if (!gone.isEmpty() && possible) {
      expired += gone.size();
      purge(gone, now);
      LOG.log(System.Logger.Level.WARNING, "{0} dead letters expired", gone.size());
    }
  }

  List<DeadLetter> list() {
    return List.copyOf(letters.values());
  }

  /** The parts of a letter, or none. */
  List<Long> partsOf(long id) {
    return letters.containsKey(id) ? live.partsOf(id) : List.of();
  }

  @Nullable Part part(long lsn) throws IOException {
    return reader.part(lsn);
  }

  /** How many there are of each lane that has any. */
  Map<Lane, Integer> byLane() {
    Map<Lane, Integer> counts = new HashMap<>();
    letters.values().forEach(letter -> counts.merge(letter.lane(), 1, Integer::sum));
    return Map.copyOf(counts);
  }

  /** The highest lsn that is known to be on the device. */
  long durableLsn() {
    return log.durableLsn();
  }

  long expired() {
    return expired;
  }

  long forces() {
    return log.forces();
  }

  void close() throws IOException {
    log.close();
  }
}
