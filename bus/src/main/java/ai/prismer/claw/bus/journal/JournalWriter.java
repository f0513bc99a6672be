package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Everything of the journal that touches a file. Used by the one thread that may. */
final class JournalWriter {
  /** Of the log's end, what is read once more for {@link #takeRecent}. */
  private static final long RECENT_BYTES = 1024 * 1024;

  private final JournalOptions options;
  private final InstantSource clock;
  private final SegmentedLog log;
  private final LiveMessages live;
  private final LogReader reader;
  private final DeadLetterLog deadLetters;
  private final OldestCopier copier;
  private final SegmentBudget budget;

  private long lastForce;
  private List<Part> recent = List.of();
  private boolean endedInOrder;
  private long commits;
  private long bytes;

  JournalWriter(Disk disk, JournalOptions options, InstantSource clock, RandomGenerator random) {
    this.options = options;
    this.clock = clock;
    this.log = new SegmentedLog(disk, "journal-", options.segmentBytes(), random);
    this.live = new LiveMessages(log);
    this.reader = new LogReader(log, live);
    this.deadLetters = new DeadLetterLog(disk, options, random);
    this.copier = new OldestCopier(log, live, reader, clock, options.batchBytes() / 4);
    this.budget =
        new SegmentBudget(
            log, clock, Math.toIntExact(options.budgetBytes() / options.segmentBytes()));
  }

  /**
   * Reads what is there and begins a segment.
   *
   * @param names channels that will be used
   * @return the lsn of the first record to come
   */
  long recover(Collection<String> names) throws IOException {
    long nextLsn = log.recover(live, 0);
    live.recovered();
    // Now, because what nobody is owed any more is about to be released.
    recent = reader.recent(RECENT_BYTES);
    endedInOrder = live.closed() || nextLsn == 1;
    deadLetters.recover(Math.max(live.movedTo(), log.durableElsewhere()));
    log.channels(number(names));
    log.release();
    if (budget.hasFree()) {
      log.roll(nextLsn, deadLetters.durableLsn(), false);
    }
    lastForce = clock.millis();
    deadLetters.expire(clock.millis());
    budget.measure();
    return nextLsn;
  }

  /** First parts of the messages accepted last before this start; once. */
  List<Part> takeRecent() {
    List<Part> taken = recent;
    recent = List.of();
    return taken;
  }

  /** Known channels keep their numbers; the number of one that is neither used nor owed is free. */
  private Map<Integer, String> number(Collection<String> names) {
    Set<String> missing = new HashSet<>(names);
    Map<Integer, String> numbered = new HashMap<>();
    log.channels()
        .forEach((number, name) -> {
          if (missing.remove(name) || live.owes(number) || deadLetters.holds(number)) {
            numbered.put(number, name);
          }
        });
    int number = 0;
    for (String name : missing.stream().sorted().toList()) {
      while (numbered.containsKey(number)) {
        number++;
      }
      numbered.put(number, name);
    }
    return numbered;
  }

  /** Writes the batch and, if it has to be, syncs it. When this returns, it is committed. */
  void commit(Batch batch) throws IOException {
    boolean keepsPromises = !(options.durability() instanceof Durability.None);
    if (!log.fits(batch.size())) {
      log.roll(batch.firstLsn(), deadLetters.durableLsn(), keepsPromises);
    }
    log.write(batch);
    switch (options.durability()) {
      case Durability.Always() -> {
        if (batch.forcing()) {
          log.force();
        }
      }
      case Durability.Interval interval -> forceIfDue(interval);
      case Durability.None() -> {}
    }
    batch.replay(log.head(), live);
    commits++;
    bytes += batch.size();
    log.release();
    budget.measure();
  }

  /** Whether any batch can be written now. */
  boolean ready() {
    return log.fits(options.batchBytes()) || budget.hasFree();
  }

  /** Whether this batch fits into what is left of the segment. */
  boolean fits(Batch batch) {
    return log.fits(batch.sizeAtEnd());
  }

  /**
   * Lets the decisions in a batch take effect that cannot be written.
   *
   * <p>On a disk that is full of what is owed there may be no segment to write to, least of all
   * after a start, which wants a new one. What the decisions free can then be used to write them
   * down; and if they free nothing, they are forgotten before they fill the buffer. Should the
   * process end before they are written, messages are delivered again, which is allowed; that none
   * can ever be delivered again is not.
   */
  void decideEarly(Batch batch) throws IOException {
    if (!log.used().isEmpty()) {
      batch.replayDecisions(log.head(), live);
      log.release();
    }
    if (!batch.fits(options.batchBytes() / 8)) {
      batch.forgetDecisions();
    }
    budget.measure();
  }

  private void forceIfDue(Durability.Interval interval) throws IOException {
    long now = clock.millis();
    if (log.dirty() && now - lastForce >= interval.every().toMillis()) {
      log.force();
      lastForce = now;
    }
  }

  /**
   * What there is to do besides commits, one step at a time so that no commit waits for long.
   *
   * @return whether there is more of it
   */
  boolean maintain(GroupCommit commits) throws IOException {
    if (options.durability() instanceof Durability.Interval interval) {
      forceIfDue(interval);
    }
    boolean more = forget(commits);
    more |= bury(commits);
    more |= budget.pressure().compareTo(DiskPressure.COPYING) >= 0 && copier.step(commits);
    more |= budget.grow();
    deadLetters.expire(clock.millis());
    return more;
  }

  /** Writes down that one message is forgotten of which a power cut may have taken a part. */
  private boolean forget(GroupCommit commits) {
    LiveMessages.Maimed maimed = live.nextMaimed();
    if (maimed == null) {
      return false;
    }
    commits.join(batch -> {
      if (batch.fits(Long.BYTES)) {
        batch.about(RecordType.ACK, maimed.lane(), maimed.message(), 0, clock.millis());
        live.removeMaimed();
      }
    });
    return true;
  }

  /** Moves one dead message to the dead-letter log. */
  private boolean bury(GroupCommit commits) throws IOException {
    LiveMessages.Dead dead = live.nextDead();
    if (dead == null) {
      return false;
    }
    if (!deadLetters.holdsMessage(dead.message())
        && !deadLetters.take(dead, live.partsOf(dead.message()), reader, clock.millis())) {
      return false;
    }
    commits.join(batch -> {
      if (batch.fits(2 * Long.BYTES) && !batch.subjects().contains(dead.message())) {
        byte[] proof = ByteBuffer.allocate(Long.BYTES).putLong(deadLetters.durableLsn()).array();
        batch.about(RecordType.MOVED, dead.lane(), dead.message(), 0, clock.millis(), proof);
      }
    });
    return true;
  }

  /** Any thread may ask. */
  DiskPressure pressure() {
    return budget.pressure();
  }

  LogReader reader() {
    return reader;
  }

  LiveMessages live() {
    return live;
  }

  DeadLetterLog deadLetters() {
    return deadLetters;
  }

  long durableLsn() {
    return log.durableLsn();
  }

  Map<Integer, String> channels() {
    return log.channels();
  }

  /** Batches written. */
  long commits() {
    return commits;
  }

  JournalStatistics statistics() {
    return new JournalStatistics(
        commits,
        log.forces() + deadLetters.forces(),
        bytes,
        live.count(),
        deadLetters.byLane(),
        deadLetters.expired(),
        log.used().size(),
        log.segmentCount(),
        budget.pressure(),
        endedInOrder);
  }

  /** Closes the files; what is to be durable has been committed before. */
  void close() throws IOException {
    log.close();
    deadLetters.close();
  }
}
