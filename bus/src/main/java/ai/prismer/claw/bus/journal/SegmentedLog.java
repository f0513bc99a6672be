package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An endless log in files of one size. Used by the writer thread only.
 *
 * <p>Files are filled with zeros before they are used, so that a commit changes no metadata and a
 * full file system is found out before anything was accepted, and are used again when they are the
 * oldest and nothing in them is owed to anybody. Oldest first: an acknowledgement lies behind its
 * message, so a log that forgets from the front never forgets one without the other.
 */
final class SegmentedLog {
  /** Bytes of zeros written at a time, so that no commit waits for a whole file. */
  private static final int SLICE = 512 * 1024;

  private final Disk disk;
  private final String prefix;
  private final int segmentBytes;
  private final RandomGenerator random;
  private final CRC32C crc = new CRC32C();

  /** Oldest first; the last one is written to. */
  private final List<Segment> used = new ArrayList<>();

  private final Deque<Segment> free = new ArrayDeque<>();
  private Map<Integer, String> channels = Map.of();
  private int nextName;
  private long lastSequence;
  private long durableLsn;
  private long forces;

  /** Never after a recovery: behind what could be read may lie what could not. */
  private boolean writable;

  private @Nullable Segment growing;
  private int grown;

  SegmentedLog(Disk disk, String prefix, int segmentBytes, RandomGenerator random) {
    this.disk = disk;
    this.prefix = prefix;
    this.segmentBytes = segmentBytes;
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
    for (String name : disk.list().stream().filter(n -> n.startsWith(prefix)).sorted().toList()) {
      adopt(name);
    }
    used.sort((a, b) -> Long.compare(a.header.sequence(), b.header.sequence()));
    SegmentScanner scanner = new SegmentScanner();
    for (int i = 0; i < used.size(); i++) {
      boolean newest = i == used.size() - 1;
      long bound = newest ? Long.MAX_VALUE : used.get(i + 1).header.firstLsn();
      scanner.scan(used.get(i), bound, visitor);
    }
    long durable = Math.max(scanner.durableLsn(), proven);
    for (int i = 0; i < used.size(); i++) {
      refuseGap(i, durable);
    }
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

  private void adopt(String name) throws IOException {
    Disk.File file = disk.open(name);
    nextName = Math.max(nextName, Integer.parseInt(name.substring(prefix.length())) + 1);
    if (file.size() < SegmentHeader.AREA + RecordFormat.HEADER) {
      // Only a file that was never finished is that short.
      delete(name, file);
      return;
    }
    // What a killed writer left in the page cache goes to the device now or never; what a failed
    // sync left there is not on the device, and must not be read as if it were.
    file.force();
    ByteBuffer area = ByteBuffer.allocateDirect(SegmentHeader.AREA + RecordFormat.HEADER);
    file.readDevice(area, 0);
    @Nullable SegmentHeader first = SegmentHeader.decode(area.slice(0, SegmentHeader.SLOT));
    @Nullable SegmentHeader second =
        SegmentHeader.decode(area.slice(SegmentHeader.SLOT, SegmentHeader.SLOT));
    if (first == null && second == null) {
      adoptUnfinished(name, file, area);
      return;
    }
    boolean useSecond = first == null || (second != null && second.sequence() > first.sequence());
    SegmentHeader header = useSecond ? second : first;
    if (header == null) {
      throw new IllegalStateException("no header was chosen for " + name);
    }
    Segment segment =
        new Segment(name, file, Math.toIntExact(file.size()), useSecond ? 1 : 0, header);
    if (header.sequence() > 0) {
      used.add(segment);
    } else if (isZero(area, SegmentHeader.AREA, RecordFormat.HEADER)) {
      retire(segment);
    } else {
      throw new CorruptJournalException(name, SegmentHeader.SLOT, "records without a header");
    }
  }

  private void adoptUnfinished(String name, Disk.File file, ByteBuffer area) throws IOException {
    // The first life's header is in the second slot, its records behind; without both there was
    // none.
    if (!isZero(area, SegmentHeader.SLOT, area.capacity() - SegmentHeader.SLOT)) {
      throw new CorruptJournalException(name, 0, "neither of its headers can be read");
    }
    delete(name, file);
  }

  private void delete(String name, Disk.File file) throws IOException {
    file.close();
    disk.delete(name);
    disk.syncDirectory();
  }

  private static boolean isZero(ByteBuffer bytes, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
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
    if (free.isEmpty()) {
      while (!grow()) {
        // One slice after the other; here a commit does wait.
      }
    }
    Segment segment = free.remove();
    int epoch = random.nextInt();
    SegmentHeader header =
        new SegmentHeader(
            epoch == 0 ? 1 : epoch,
            lastSequence + 1,
            firstLsn,
            durableLsn,
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

  /**
   * Prepares one slice of a new file.
   *
   * @return whether there is a free file now
   */
  boolean grow() throws IOException {
    Segment target = growing;
    if (target == null) {
      String name = "%s%06d".formatted(prefix, nextName++);
      target = new Segment(name, disk.create(name), segmentBytes, 0, SegmentHeader.UNUSED);
      growing = target;
      grown = 0;
    }
    try {
      if (grown < segmentBytes) {
        int step = Math.min(SLICE, segmentBytes - grown);
        target.file.write(ByteBuffer.allocateDirect(step), grown);
        target.file.force();
        forces++;
        grown += step;
        return false;
      }
      disk.syncDirectory();
      target.file.write(SegmentHeader.UNUSED.encode(), 0);
      target.file.force();
      forces++;
    } catch (IOException full) {
      discard(target, full);
      throw full;
    }
    growing = null;
    free.add(target);
    return true;
  }

  /** Gives back what a full disk let us have. */
  private void discard(Segment target, IOException cause) {
    growing = null;
    try {
      delete(target.name, target.file);
    } catch (IOException also) {
      cause.addSuppressed(also);
    }
  }

  /** Moves the oldest segments, as far as nothing in them is owed, to the free ones. */
  void release() throws IOException {
    while (used.size() > (writable ? 1 : 0) && used.getFirst().liveCount() == 0) {
      retire(used.removeFirst());
    }
  }

  /** Keeps the file for another life, or removes it if files have another size by now. */
  private void retire(Segment segment) throws IOException {
    if (segment.capacity == segmentBytes) {
      free.add(segment);
    } else {
      // What was copied out of it has to outlive it.
      for (Segment other : used) {
        if (other.dirty) {
          other.file.force();
        }
      }
      delete(segment.name, segment.file);
    }
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
    return free.size();
  }

  int segmentCount() {
    return used.size() + free.size();
  }

  boolean growing() {
    return growing != null;
  }

  /** Whether something was written that a force has yet to make durable. */
  boolean dirty() {
    return !used.isEmpty() && used.getLast().dirty;
  }

  long durableLsn() {
    return durableLsn;
  }

  long forces() {
    return forces;
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
    for (Segment segment : free) {
      segment.file.close();
    }
    if (growing != null) {
      growing.file.close();
    }
  }
}
