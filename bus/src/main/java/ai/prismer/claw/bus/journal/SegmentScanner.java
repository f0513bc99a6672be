package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads a segment after a start, from the device, batch by batch.
 *
 * <p>Only whole batches count. A batch is what one commit wrote; of a batch without its end nobody
 * was told anything, and half of one could hold the decision without the deed.
 */
final class SegmentScanner {
  /** Longest batch that may ever be written; every scanner must be able to hold one. */
  static final int MAX_BATCH_BYTES = 1024 * 1024;

  private final ByteBuffer window;
  private final CRC32C crc = new CRC32C();

  private int windowStart;
  private long durableLsn;

  /**
   * @param segmentBytes bytes of the largest segment that will be read
   */
  SegmentScanner(int segmentBytes) {
    window = ByteBuffer.allocateDirect(Math.min(2 * MAX_BATCH_BYTES, segmentBytes));
  }

  /** The highest lsn that any batch read so far says is on the device. */
  long durableLsn() {
    return durableLsn;
  }

  /**
   * Walks through {@code segment}, which is left with its end and next lsn set.
   *
   * @param bound lsn at which the next segment takes over; what lies here from there on is the dead
   *     tail of a writer that crashed
   */
  void scan(Segment segment, long bound, RecordVisitor visitor) throws IOException {
    durableLsn = Math.max(durableLsn, segment.header.durableLsn());
    fill(segment, SegmentHeader.AREA);
    while (segment.nextLsn < bound) {
      int length = batchLength(segment, segment.end - windowStart);
      if (length == 0 && windowStart < segment.end) {
        // The batch may only be cut by the window.
        fill(segment, segment.end);
        length = batchLength(segment, 0);
      }
      if (length == 0) {
        searchProofOfMore(segment);
        return;
      }
      deliver(segment, length, visitor);
    }
  }

  /** Bytes of the batch that begins at window index {@code start}; 0 if there is no whole one. */
  private int batchLength(Segment segment, int start) {
    int at = start;
    int rolling = segment.rolling;
    for (long lsn = segment.nextLsn; ; lsn++) {
      int left = window.limit() - at;
      if (!RecordFormat.valid(window, at, left, lsn, segment.header.epoch(), crc)) {
        return 0;
      }
      if (RecordFormat.type(window, at) == RecordType.BATCH) {
        int body = at + RecordFormat.HEADER;
        boolean whole =
            window.getInt(body) == lsn - segment.nextLsn
                && window.getInt(body + 4) == at - start
                && window.getInt(body + 8) == rolling;
        return whole ? at + RecordFormat.size(window, at) - start : 0;
      }
      rolling = Batch.roll(rolling, RecordFormat.crc(window, at));
      at += RecordFormat.size(window, at);
    }
  }

  private void deliver(Segment segment, int length, RecordVisitor visitor) {
    int start = segment.end - windowStart;
    segment.mark(segment.nextLsn, segment.end);
    for (int at = start; at < start + length; at += RecordFormat.size(window, at)) {
      RecordType type = RecordFormat.type(window, at);
      if (type == RecordType.BATCH) {
        durableLsn = Math.max(durableLsn, RecordFormat.word(window, at, 2));
      } else if (type != null) {
        segment.rolling = Batch.roll(segment.rolling, RecordFormat.crc(window, at));
        visitor.record(segment, window, at, type);
      }
      segment.nextLsn++;
    }
    segment.end += length;
  }

  /**
   * Looks behind the first invalid byte for the end of a later batch. One that says that more than
   * what could be read was on the device turns a torn tail into corruption.
   */
  private void searchProofOfMore(Segment segment) throws IOException {
    int size = RecordFormat.size(RecordFormat.BATCH_PAYLOAD);
    int from = segment.end;
    while (from + size <= segment.capacity) {
      fill(segment, from);
      int last = window.limit() - size;
      for (int at = 0; at <= last; at += 8) {
        if (RecordFormat.length(window, at) == RecordFormat.BATCH_PAYLOAD
            && RecordFormat.type(window, at) == RecordType.BATCH
            && RecordFormat.lsn(window, at) > segment.nextLsn
            && RecordFormat.valid(
                window, at, size, RecordFormat.lsn(window, at), segment.header.epoch(), crc)) {
          durableLsn = Math.max(durableLsn, RecordFormat.word(window, at, 2));
        }
      }
      from += (last & -8) + 8;
    }
  }

  private void fill(Segment segment, int from) throws IOException {
    windowStart = from;
    window.clear().limit(Math.min(window.capacity(), segment.capacity - from));
    segment.file.readDevice(window, from);
    window.flip();
  }
}
