package ai.prismer.claw.bus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads records of a log that is in use. Used by the writer thread only. */
final class LogReader {
  private final SegmentedLog log;
  private final LiveMessages live;

  /** As long as the longest record that was met; most never need more. */
  private ByteBuffer window = ByteBuffer.allocateDirect(64 * 1024);

  private final CRC32C crc = new CRC32C();

  LogReader(SegmentedLog log, LiveMessages live) {
    this.log = log;
    this.live = live;
  }

  /** Told of a record; returns false to stop. */
  interface Visitor {
    boolean record(ByteBuffer bytes, int at, long lsn) throws IOException;
  }

  /**
   * Walks over the records from {@code lsn} on, of one segment.
   *
   * @throws CorruptJournalException when a record that was read before cannot be read again
   */
  void walk(Segment segment, long lsn, Visitor visitor) throws IOException {
    int from = segment.placeBefore(lsn);
    window.clear().limit(0);
    int at = 0;
    long next = -1;
    while (from + at < segment.end) {
      if (!holdsRecord(at)) {
        from += at;
        at = 0;
        fill(segment, from);
        if (!holdsRecord(at) && window.capacity() < SegmentScanner.MAX_BATCH_BYTES) {
          window = ByteBuffer.allocateDirect(SegmentScanner.MAX_BATCH_BYTES);
          fill(segment, from);
        }
      }
      long found = RecordFormat.lsn(window, at);
      long expected = next < 0 ? found : next;
      if (!RecordFormat.valid(
          window, at, window.limit() - at, expected, segment.header.epoch(), crc)) {
        throw new CorruptJournalException(
            segment.name, (long) from + at, "a record in use cannot be read back");
      }
      if (found >= lsn && !visitor.record(window, at, found)) {
        return;
      }
      next = found + 1;
      at += RecordFormat.size(window, at);
    }
  }

  private void fill(Segment segment, int from) throws IOException {
    window.clear().limit(Math.min(window.capacity(), segment.end - from));
    segment.file.read(window, from);
    window.flip();
  }

  private boolean holdsRecord(int at) {
    return window.limit() - at >= RecordFormat.HEADER
        && window.limit() - at >= RecordFormat.size(window, at);
  }

  /** The bytes of one part, by the lsn it is known by; or null when nobody is owed it any more. */
  @Nullable Part part(long origin) throws IOException {
    long location = live.location(origin);
    Segment segment = log.segmentOf(location);
    if (segment == null || !segment.isLive(location)) {
      return null;
    }
    List<Part> found = new ArrayList<>(1);
    walk(
        segment,
        location,
        (bytes, at, lsn) -> {
          found.add(copy(bytes, at));
          return false;
        });
    return found.getFirst();
  }

  /**
   * The next messages of a lane, in the order in which they were accepted, that are whole and not
   * dead: all in one piece, except that of a message in several parts only the first is here.
   *
   * @param after the lsn behind which to look
   * @param limit how many at most
   * @param maxBytes to stop at the message that goes beyond; the first one always comes
   */
  List<Part> next(Lane lane, long after, int limit, long maxBytes) throws IOException {
    List<Part> found = new ArrayList<>();
    Taker copies = new Taker(found, limit, maxBytes);
    for (long origin : live.copiesBehind(after).keySet()) {
      Part part = part(origin);
      if (part != null && part.isHead() && part.lane().equals(lane) && !copies.take(part)) {
        break;
      }
    }
    takeInPlace(lane, after, new Taker(found, limit, maxBytes));
    // Each source came in order and stopped no earlier than the two together would have to.
    found.sort((a, b) -> Long.compare(a.origin(), b.origin()));
    List<Part> trimmed = new ArrayList<>();
    Taker both = new Taker(trimmed, limit, maxBytes);
    for (Part part : found) {
      if (!both.take(part)) {
        break;
      }
    }
    return trimmed;
  }

  /**
   * The first parts of the messages that were accepted last, answered for or not, oldest first. One
   * whose last part never came is not among them: it was never accepted, and a producer that sends
   * it again must not be told that it was.
   *
   * @param maxBytes of the log that are read for it, about
   */
  List<Part> recent(long maxBytes) throws IOException {
    List<Segment> last = new ArrayList<>();
    long left = maxBytes;
    for (Segment segment : log.used().reversed()) {
      if (left > 0) {
        last.addFirst(segment);
        left -= segment.end - SegmentHeader.AREA;
      }
    }
    List<Part> found = new ArrayList<>();
    Map<Long, Part> begun = new HashMap<>();
    // What the oldest one holds beyond the limit is passed over.
    long skip = Math.max(0, -left);
    for (Segment segment : last) {
      walk(
          segment,
          segment.lsnAt(SegmentHeader.AREA + skip),
          (bytes, at, lsn) -> {
            if (RecordFormat.type(bytes, at) == RecordType.MSG
                && RecordFormat.origin(bytes, at) == lsn) {
              take(bytes, at, begun, found);
            }
            return true;
          });
      skip = 0;
    }
    return found;
  }

  private void take(ByteBuffer bytes, int at, Map<Long, Part> begun, List<Part> accepted) {
    long head = RecordFormat.head(bytes, at);
    boolean isHead = head == RecordFormat.lsn(bytes, at);
    boolean more = RecordFormat.more(bytes, at);
    if (isHead && more) {
      begun.put(head, copy(bytes, at));
    } else if (isHead) {
      accepted.add(copy(bytes, at));
    } else if (!more && begun.containsKey(head)) {
      accepted.add(begun.remove(head));
    }
  }

  private Part copy(ByteBuffer bytes, int at) {
    return Part.copyOf(bytes, at, live.attempt(RecordFormat.head(bytes, at)));
  }

  private void takeInPlace(Lane lane, long after, Taker taker) throws IOException {
    boolean[] going = {true};
    for (Segment segment : List.copyOf(log.used())) {
      if (segment.liveCount() == 0 || segment.nextLsn <= after || !going[0]) {
        continue;
      }
      walk(
          segment,
          after + 1,
          (bytes, at, lsn) -> {
            if (RecordFormat.type(bytes, at) == RecordType.MSG
                && segment.isLive(lsn)
                && RecordFormat.head(bytes, at) == lsn
                && RecordFormat.lane(bytes, at).equals(lane)) {
              going[0] = taker.take(copy(bytes, at));
            }
            return going[0];
          });
    }
  }

  /** Takes what may be delivered, up to its limits. */
  private final class Taker {
    private final List<Part> target;
    private final int limit;
    private final long maxBytes;
    private int count;
    private long bytes;

    Taker(List<Part> target, int limit, long maxBytes) {
      this.target = target;
      this.limit = limit;
      this.maxBytes = maxBytes;
    }

    /** Whether more may follow. */
    boolean take(Part part) {
      if (live.isDead(part.head())) {
        return true;
      }
      // One that is still arriving holds back what came after it: it was first.
      if (!live.isComplete(part.head())
          || count == limit
          || (count > 0 && bytes + part.content().remaining() > maxBytes)) {
        return false;
      }
      target.add(part);
      count++;
      bytes += part.content().remaining();
      return true;
    }
  }
}
