package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the bus promised to carry, on disk before it promised.
 *
 * <h2>Idea</h2>
 *
 * <p>A write-ahead log with group commit. Producers append records to a buffer in memory; one
 * thread swaps the buffer for an empty one, writes it with one call, syncs once, and then tells
 * everybody who waits. While it does, the next buffer fills: the slower the disk, the larger the
 * groups, with no timer and no tuning.
 *
 * <h2>Format</h2>
 *
 * <p>{@link RecordFormat} has the bytes of a record, {@link SegmentHeader} those before the first
 * one. A record is one of MSG (one part of a message), ACK (answered for), RETRY (an attempt
 * begins), DEAD (given up), MOVED (lies in the dead-letter log), BATCH (end of a commit: records,
 * bytes, a CRC over their CRCs, and the highest lsn known to be on the device), CLOSE (the writer
 * ended in order). Lsns have no gaps. A message is known by the lsn of its first part.
 *
 * <h2>Invariants, and the failure that each prevents</h2>
 *
 * <ol>
 *   <li>Nobody is told "accepted" before the sync that covers the record returned. <i>A killed
 *       machine loses what it acknowledged.</i>
 *   <li>Only whole batches are read back. <i>Half of a commit: the decision without the deed.</i>
 *   <li>What cannot be read is a torn tail only above the highest durable lsn that any batch or
 *       header names; at or below, it is corruption, and the journal does not open. Behind the
 *       first unreadable record the segment is searched for such a batch. <i>Rot in the middle
 *       taken for the end of the log, and everything behind it silently dropped.</i>
 *   <li>After a start the log goes on in another segment. <i>A tail that glues to the next record:
 *       what was torn becomes readable again when what was missing is written over.</i>
 *   <li>The CRC is seeded with the segment's random epoch, and the lsn must be the next one. <i>A
 *       record of the file's former life, intact, taken for one of this life.</i>
 *   <li>A header is forced before the first record behind it is written, in the slot that the
 *       former header does not use. <i>Torn header: the file is neither its old nor its new
 *       self.</i>
 *   <li>Segments are freed oldest first only. <i>The ACK forgotten before its message, which rises
 *       again.</i>
 *   <li>What is copied out of a segment is durable before the segment is used again. <i>The copy
 *       lost, and the original too.</i>
 *   <li>A failed write or sync ends this journal: everybody who waits is told so, the file is not
 *       touched again, and the next process reads the device, not the page cache. <i>The next sync
 *       reports success for data that is gone.</i>
 *   <li>Every file call is made by one thread that cannot be interrupted. <i>An interrupt closes
 *       the channel under everybody.</i>
 *   <li>Files are zero-filled and their names synced before use. <i>A full disk found out after
 *       "accepted"; a file that is gone after a power cut.</i>
 * </ol>
 *
 * <p>What it cannot know: whether the very last batch before a crash was torn, or written, synced
 * and rotted since. Both look alike until a later batch says that it was durable.
 *
 * <p>Thread-safe.
 */
public final class Journal implements AutoCloseable {
  private final JournalWriter writer;
  private final GroupCommit commits;
  private final InstantSource clock;

  private Journal(JournalWriter writer, GroupCommit commits, InstantSource clock) {
    this.writer = writer;
    this.commits = commits;
    this.clock = clock;
  }

  /**
   * Reads what a former process left, and goes on behind it. Nothing is committed before {@link
   * #start}.
   *
   * @param channels names of the channels that messages will be for
   * @param random makes epochs; need not be secret
   * @throws CorruptJournalException when something that was accepted cannot be read
   */
  public static Journal open(
      Disk disk,
      JournalOptions options,
      Collection<String> channels,
      InstantSource clock,
      RandomGenerator random)
      throws IOException {
    JournalWriter writer = new JournalWriter(disk, options, clock, random);
    long nextLsn = writer.recover(channels);
    return new Journal(writer, new GroupCommit(writer, options, clock, nextLsn), clock);
  }

  /**
   * Begins to commit, on a thread of its own.
   *
   * @param onCommit called after every commit and after a failure, on that thread; must be quick
   * @param onFailure called once if the disk fails; has to end the process
   */
  public void start(Runnable onCommit, Consumer<Throwable> onFailure) {
    commits.threaded();
    new WriterThread(commits, onCommit, onFailure).start();
  }

  /** One round of what that thread does, for tests that decide themselves when; see there. */
  boolean turn() throws IOException {
    return commits.turn();
  }

  /** Whether the message waits for room in the dead-letter log; for tests. */
  boolean isDead(long message) {
    return writer.live().isDead(message);
  }

  /** Batches written; for tests. */
  long commitCount() {
    return writer.commits();
  }

  /** The highest lsn that is on the device; for tests. */
  long durableLsn() {
    return writer.durableLsn();
  }

  /** Names of the channels by their numbers; they do not change while the journal is open. */
  public Map<Integer, String> channels() {
    return writer.channels();
  }

  /**
   * Appends a message that is in one piece. Waits while the buffer is full.
   *
   * @return its lsn; it is accepted when that is {@link #committed}
   * @throws JournalFullException when there is no room for now
   * @throws JournalFailedException when the disk failed
   */
  public long append(Lane lane, ByteBuffer content) throws IOException {
    return append(lane, 0, false, content);
  }

  /**
   * Appends one part of a message.
   *
   * @param head lsn of the message's first part; 0 if this is it
   * @param more whether another part will follow. Without its last part a message does not count
   * @param content at most half a batch
   * @return the part's lsn; the message is accepted when that of its last part is {@link
   *     #committed}
   * @throws JournalFullException when there is no room for now; a message that was begun then has
   *     to be ended by {@link #acknowledge}
   * @throws JournalFailedException when the disk failed
   */
  public long append(Lane lane, long head, boolean more, ByteBuffer content) throws IOException {
    if (writer.pressure() == DiskPressure.FULL) {
      throw new JournalFullException();
    }
    long now = clock.millis();
    return commits.appendMessage(
        RecordFormat.MESSAGE_PREFIX + content.remaining(),
        batch -> batch.message(lane, more, 0, now, 0, head, content));
  }

  /** The message was answered for, or given up by who was sending it. Forces no sync. */
  public void acknowledge(Lane lane, long message) throws IOException {
    record(RecordType.ACK, lane, message, 0, "");
  }

  /** An attempt to deliver the message begins; a crash during it will be remembered as one. */
  public void attempt(Lane lane, long message, int attempt) throws IOException {
    record(RecordType.RETRY, lane, message, attempt, "");
  }

  /** The message will not be tried again, and becomes a dead letter. */
  public void bury(Lane lane, long message, int attempts, String reason) throws IOException {
    record(RecordType.DEAD, lane, message, attempts, reason);
  }

  private void record(RecordType type, Lane lane, long message, int attempt, String remark)
      throws IOException {
    byte[] bytes = remark.getBytes(StandardCharsets.UTF_8);
    long now = clock.millis();
    commits.appendDecision(
        Long.BYTES + bytes.length, batch -> batch.about(type, lane, message, attempt, now, bytes));
  }

  /** The highest lsn that is committed: durable, if the journal promises that. */
  public long committed() {
    return commits.gate().committed();
  }

  /** Waits until {@code lsn} is {@link #committed}. */
  public void awaitCommitted(long lsn) throws JournalFailedException {
    commits.gate().await(lsn);
  }

  /** How full the disk is. */
  public DiskPressure pressure() {
    return writer.pressure();
  }

  /**
   * The next messages of a lane behind {@code after}, oldest first; of a message in parts the first
   * one. Dead ones are left out, and so is everything behind a message that is still arriving.
   *
   * @param limit how many at most
   * @param maxBytes to stop before more than this; the first message always comes
   */
  public CompletableFuture<List<Part>> next(Lane lane, long after, int limit, long maxBytes) {
    return commits.submit(() -> writer.reader().next(lane, after, limit, maxBytes));
  }

  /**
   * The first parts of the messages that the processes before this one accepted last, answered for
   * or not, oldest first: by them a resend is known after a start. The second call gives none.
   */
  public List<Part> takeRecent() {
    return writer.takeRecent();
  }

  /** The lsns of the parts of a message that is owed. */
  public CompletableFuture<List<Long>> partsOf(long message) {
    return commits.submit(() -> writer.live().partsOf(message));
  }

  /** One part of a message that is owed, or empty. */
  public CompletableFuture<Optional<Part>> part(long lsn) {
    return commits.submit(() -> Optional.ofNullable(writer.reader().part(lsn)));
  }

  /** How many messages of the lane were owed when the journal was opened; before {@link #start}. */
  public int countAtStart(Lane lane) {
    return writer.live().count(lane);
  }

  /** How many messages of the lane are owed. */
  public CompletableFuture<Integer> count(Lane lane) {
    return commits.submit(() -> writer.live().count(lane));
  }

  /** All dead letters, oldest first. */
  public CompletableFuture<List<DeadLetter>> deadLetters() {
    return commits.submit(() -> writer.deadLetters().list());
  }

  /** The lsns of a dead letter's parts; none if there is no such letter. */
  public CompletableFuture<List<Long>> deadLetterParts(long id) {
    return commits.submit(() -> writer.deadLetters().partsOf(id));
  }

  /** One part of a dead letter, or empty. */
  public CompletableFuture<Optional<Part>> deadLetterPart(long lsn) {
    return commits.submit(() -> Optional.ofNullable(writer.deadLetters().part(lsn)));
  }

  /** Removes dead letters for good; durable when the future is done, which says how many. */
  public CompletableFuture<Integer> purge(List<Long> ids) {
    return commits.submit(() -> writer.deadLetters().purge(ids, clock.millis()));
  }

  /** What was done so far, and what there is. */
  public CompletableFuture<JournalStatistics> statistics() {
    return commits.submit(writer::statistics);
  }

  /** Commits what was appended, marks the end, and closes the files. Waits for it. */
  @Override
  public void close() throws IOException {
    commits.close();
  }
}
