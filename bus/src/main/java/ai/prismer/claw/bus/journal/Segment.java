package ai.prismer.claw.bus.journal;

import java.util.Arrays;

/**
 * What is known of one file of the log while the process runs.
 *
 * <p>Of the messages in it one bit each is kept, not an object: a backlog of gigabytes has to fit
 * beside a heap of 24 MiB.
 */
final class Segment {
  /** Distance of the marks that spare a reader the walk from the first record, in bytes. */
  private static final int MARK_EVERY = 128 * 1024;

  /** Batches at the end of which every one is marked: what was just written is read next. */
  private static final int RECENT = 64;

  final String name;
  final Disk.File file;

  /** Bytes of the file. */
  final int capacity;

  /** Slot that holds the current header, 0 or 1. */
  int slot;

  SegmentHeader header;

  /** Where the next record goes. */
  int end = SegmentHeader.AREA;

  long nextLsn;

  /** Rolling CRC of the batches so far. */
  int rolling;

  /** Written to since the last force. */
  boolean dirty;

  /** The first of the records that a power cut took between this segment and the next. */
  long hole = Long.MAX_VALUE;

  private long[] live = {};
  private int liveCount;
  private int messageCount;

  private long[] markLsn = {};
  private int[] markOffset = {};
  private int marks;

  // Rings:
  private final long[] recentLsn = new long[RECENT];
  private final int[] recentOffset = new int[RECENT];
  private int recent;

  Segment(String name, Disk.File file, int capacity, int slot, SegmentHeader header) {
    this.name = name;
    this.file = file;
    this.capacity = capacity;
    this.slot = slot;
    this.header = header;
    begin(slot, header);
  }

  /** Forgets the former life. */
  void begin(int newSlot, SegmentHeader newHeader) {
    slot = newSlot;
    header = newHeader;
    end = SegmentHeader.AREA;
    hole = Long.MAX_VALUE;
    nextLsn = newHeader.firstLsn();
    rolling = newHeader.epoch();
    live = new long[0];
    liveCount = 0;
    messageCount = 0;
    marks = 0;
    recent = 0;
  }

  void added(long lsn) {
    int bit = Math.toIntExact(lsn - header.firstLsn());
    if (bit >= live.length * Long.SIZE) {
      live = Arrays.copyOf(live, Math.max(bit / Long.SIZE + 1, live.length + live.length / 2));
    }
    live[bit / Long.SIZE] |= 1L << bit;
    liveCount++;
    messageCount++;
  }

  /** The message {@link #isLive}, and is not any more. */
  void removed(long lsn) {
    int bit = Math.toIntExact(lsn - header.firstLsn());
    live[bit / Long.SIZE] &= ~(1L << bit);
    liveCount--;
  }

  /** Asked of any lsn that a record names: one that was never written must not be another's bit. */
  boolean isLive(long lsn) {
    long bit = lsn - header.firstLsn();
    return bit >= 0
        && bit < (long) live.length * Long.SIZE
        && (live[(int) (bit / Long.SIZE)] & (1L << bit)) != 0;
  }

  /** Parts of messages in here that are still owed. */
  int liveCount() {
    return liveCount;
  }

  /** Parts of messages that were ever written in this life. */
  int messageCount() {
    return messageCount;
  }

  /** Remembers where a batch begins: for a while, or if the last mark is far enough behind. */
  void mark(long lsn, int offset) {
    recentLsn[recent % RECENT] = lsn;
    recentOffset[recent++ % RECENT] = offset;
    if (marks > 0 && offset - markOffset[marks - 1] < MARK_EVERY) {
      return;
    }
    if (marks == markLsn.length) {
      markLsn = Arrays.copyOf(markLsn, marks + 16);
      markOffset = Arrays.copyOf(markOffset, marks + 16);
    }
    markLsn[marks] = lsn;
    markOffset[marks++] = offset;
  }

  /** A place at or before the record, from which a reader can walk. */
  int placeBefore(long lsn) {
    for (int i = recent - 1; i >= Math.max(0, recent - RECENT); i--) {
      if (recentLsn[i % RECENT] <= lsn) {
        return recentOffset[i % RECENT];
      }
    }
    int found = Arrays.binarySearch(markLsn, 0, marks, lsn);
    int index = found >= 0 ? found : -found - 2;
    return index < 0 ? SegmentHeader.AREA : markOffset[index];
  }

  /** The lsn of the first batch that begins at or behind the offset, as far as marks tell. */
  long lsnAt(long offset) {
    for (int i = 0; i < marks; i++) {
      if (markOffset[i] >= offset) {
        return markLsn[i];
      }
    }
    return offset <= SegmentHeader.AREA ? header.firstLsn() : nextLsn;
  }
}
