package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An endless log in files of one size. Used by the writer thread only.
 *
 * <p>A file is used again when it is the oldest and nothing in it is owed to anybody. Oldest first:
 * an acknowledgement lies behind its message, so a log that forgets from the front never forgets
 * one without the other.
 */
final class SegmentedLog {
  private final SegmentFiles files;
  private final RandomGenerator random;
  private final CRC32C crc = new CRC32C();

  /** Oldest first; the last one is written to. */
  private final List<Segment> used = new ArrayList<>();

  private Map<Integer, String> channels = Map.of();
  private long lastSequence;
  private long durableLsn;

  /** Behind which a power cut took something out of the middle of a log that was not synced. */
  private final List<Segment> holed = new ArrayList<>();

  private long forces;

  /** Never after a recovery: behind what could be read may lie what could not. */
  private boolean writable;

  SegmentedLog(Disk disk, String prefix, int segmentBytes, RandomGenerator random) {
    this.files = new SegmentFiles(disk, prefix, segmentBytes);
    this.random = random;
  }

  /**
   * Reads everything that is there, and leaves the log ready for a first {@link #roll}.
   *
   * @param proven an lsn that was durable, as somebody else remembers; 0 if nobody does
   * @return the lsn of the next record
   * @throws CorruptJournalException when something that was durable is not there
   */
  long recover(RecordVisitor visitor, long proven) throws IOException {
    used.addAll(files.open());
    used.sort((a, b) -> Long.compare(a.header.sequence(), b.header.sequence()));
    SegmentScanner scanner =
        new SegmentScanner(used.stream().mapToInt(s -> s.capacity).max().orElse(0));
    for (int i = 0; i < used.size(); i++) {
      boolean newest = i == used.size() - 1;
      long bound = newest ? Long.MAX_VALUE : used.get(i + 1).header.firstLsn();
      scanner.scan(used.get(i), bound, visitor);
    }
    long durable = Math.max(scanner.durableLsn(), proven);
    for (int i = 0; i < used.size(); i++) {
      refuseGap(i, durable);
    }
    findHoles();
    if (used.isEmpty()) {
      return 1;
    }
    Segment last = used.getLast();
    channels = last.header.channels();
    lastSequence = last.header.sequence();
    // All of it was read from the device.
    durableLsn = last.nextLsn - 1;
    return last.nextLsn;
  }

  /** Between what could be read and what comes next nothing may be missing that was durable. */
  private void refuseGap(int index, long durable) throws CorruptJournalException {
    Segment segment = used.get(index);
    boolean newest = index == used.size() - 1;
    long next = newest ? Long.MAX_VALUE : used.get(index + 1).header.firstLsn();
    if (segment.nextLsn < next && segment.nextLsn <= durable) {
      throw new CorruptJournalException(
          segment.name,
          segment.end,
          "record "
              + segment.nextLsn
              + " cannot be read, but up to "
              + durable
              + " all were synced");
    }
  }

  private void findHoles() {
    for (int i = 0; i + 1 < used.size(); i++) {
      Segment segment = used.get(i);
      if (segment.nextLsn < used.get(i + 1).header.firstLsn()) {
        segment.hole = segment.nextLsn;
        holed.add(segment);
      }
    }
  }

  /**
   * Begins a segment.
   *
   * @param durableElsewhere to be remembered in its header
   * @param force whether what the last one holds has to be durable first
   */
  void roll(long firstLsn, long durableElsewhere, boolean force) throws IOException {
    if (force) {
      force();
    }
    Segment segment = files.take();
    int epoch = random.nextInt();
    SegmentHeader header =
        new SegmentHeader(
            epoch == 0 ? 1 : epoch,
            lastSequence + 1,
            firstLsn,
            durableLsn(),
            durableElsewhere,
            channels);
    int slot = 1 - segment.slot;
    segment.file.write(header.encode(), (long) slot * SegmentHeader.SLOT);
    // Before any record: otherwise the former life could be read with this one's records in it.
    segment.file.force();
    forces++;
    segment.begin(slot, header);
    lastSequence++;
    used.add(segment);
    writable = true;
  }

  /** Whether a batch of this many bytes fits into the segment that is written to. */
  boolean fits(int bytes) {
    return writable && used.getLast().end + bytes <= used.getLast().capacity;
  }

  /** Seals and writes the batch; {@link #force} makes it durable. */
  void write(Batch batch) throws IOException {
    Segment segment = used.getLast();
    segment.rolling = batch.seal(segment.header.epoch(), segment.rolling, crc);
    segment.mark(batch.firstLsn(), segment.end);
    segment.file.write(batch.bytes().slice(0, batch.size()), segment.end);
    segment.dirty = true;
    segment.end += batch.size();
    segment.nextLsn = batch.nextLsn();
  }

  /** Makes everything written so far durable. */
  void force() throws IOException {
    if (used.isEmpty()) {
      return;
    }
    Segment segment = used.getLast();
    if (segment.dirty) {
      segment.file.force();
      segment.dirty = false;
      forces++;
    }
    durableLsn = segment.nextLsn - 1;
  }

  /** Moves the oldest segments, as far as nothing in them is owed, to the free ones. */
  void release() throws IOException {
    while (used.size() > (writable ? 1 : 0) && used.getFirst().liveCount() == 0) {
      Segment oldest = used.removeFirst();
      if (!files.reusable(oldest) && dirty()) {
        // It will be deleted now, and what was copied out of it has to outlive it.
        head().file.force();
      }
      files.giveBack(oldest);
    }
  }

  /**
   * Prepares one slice of a new file.
   *
   * @return whether there is a free file now
   */
  boolean grow() throws IOException {
    return files.grow();
  }

  /** The segment that holds the lsn, or null when that is long gone. */
  @Nullable Segment segmentOf(long lsn) {
    int index = indexOf(lsn);
    return index < 0 ? null : used.get(index);
  }

  private int indexOf(long lsn) {
    int low = 0;
    int high = used.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (used.get(middle).header.firstLsn() <= lsn) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** The segment that is written to. */
  Segment head() {
    return used.getLast();
  }

  /** Where in it the next batch goes. */
  int end() {
    return used.getLast().end;
  }

  /** What the newest header remembers of the other log. */
  long durableElsewhere() {
    return used.isEmpty() ? 0 : used.getLast().header.durableElsewhere();
  }

  /** Whether there is a segment that is written to. */
  boolean writable() {
    return writable;
  }

  List<Segment> used() {
    return used;
  }

  int freeCount() {
    return files.freeCount();
  }

  int segmentCount() {
    return used.size() + files.freeCount();
  }

  boolean growing() {
    return files.growing();
  }

  /** Whether something was written that a force has yet to make durable. */
  boolean dirty() {
    return !used.isEmpty() && used.getLast().dirty;
  }

  /**
   * Up to here all is on the device, as far as it may be claimed. Without syncs a power cut can
   * leave a hole behind which there is more; a claim beyond it would have the next start take the
   * hole for damage, and refuse. It may be claimed again when the file before the hole has begun
   * another life: until then each start finds the hole, whether anything before it is owed or not.
   */
  long durableLsn() {
    holed.removeIf(segment -> segment.hole == Long.MAX_VALUE);
    long claimed = durableLsn;
    for (Segment segment : holed) {
      claimed = Math.min(claimed, segment.hole - 1);
    }
    return claimed;
  }

  /** Whether a power cut took any record between these two. */
  boolean holeBetween(long from, long to) {
    return holed.stream().anyMatch(segment -> from < segment.hole && segment.hole < to);
  }

  long forces() {
    return forces + files.forces();
  }

  Map<Integer, String> channels() {
    return channels;
  }

  void channels(Map<Integer, String> names) {
    channels = Map.copyOf(names);
  }

  void close() throws IOException {
    for (Segment segment : used) {
      segment.file.close();
    }
    files.close();
  }
}
