package ai.prismer.claw.bus.journal;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/** The records of one commit, in memory, until they are sealed and written with one call. */
final class Batch {
  private static final int TRAILER = RecordFormat.size(RecordFormat.BATCH_PAYLOAD);

  private static final byte[] NO_REMARK = {};

  private final ByteBuffer bytes;
  private int count;
  private long firstLsn;
  private long nextLsn;
  private boolean forcing;

  // As it was behind the last message:
  private int keepPosition;
  private int keepCount;
  private long keepNextLsn;

  Batch(int capacity) {
    bytes = ByteBuffer.allocateDirect(capacity);
  }

  /** Empties the batch and says which lsn its first record will have. */
  void begin(long lsn) {
    bytes.clear();
    count = 0;
    firstLsn = lsn;
    nextLsn = lsn;
    forcing = false;
    keep();
  }

  private void keep() {
    keepPosition = bytes.position();
    keepCount = count;
    keepNextLsn = nextLsn;
  }

  /** Takes back what was decided behind the last message; nobody was told the lsns. */
  void forgetDecisions() {
    bytes.position(keepPosition);
    count = keepCount;
    nextLsn = keepNextLsn;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Whether a record with this much payload, and the end of the batch, still fit. */
  boolean fits(int payload) {
    return RecordFormat.size(payload) + TRAILER <= bytes.remaining();
  }

  /** Whether a record is in here that somebody waits for. */
  boolean forcing() {
    return forcing;
  }

  long firstLsn() {
    return firstLsn;
  }

  /** The lsn of the next record. */
  long nextLsn() {
    return nextLsn;
  }

  int size() {
    return bytes.position();
  }

  ByteBuffer bytes() {
    return bytes;
  }

  /** One part of a message; {@code origin} and {@code head} as in {@link RecordFormat}. */
  long message(
      Lane lane,
      boolean more,
      int attempt,
      long timestamp,
      long origin,
      long head,
      ByteBuffer content) {
    int at = bytes.position();
    int length = RecordFormat.MESSAGE_PREFIX + content.remaining();
    bytes.putLong(at + RecordFormat.HEADER, origin);
    bytes.putLong(at + RecordFormat.HEADER + Long.BYTES, head);
    int body = at + RecordFormat.HEADER + RecordFormat.MESSAGE_PREFIX;
    bytes.put(body, content, content.position(), content.remaining());
    forcing = true;
    long lsn = finish(at, length, RecordType.MSG, lane, more, attempt, timestamp);
    keep();
    return lsn;
  }

  /** A record about the message {@code subject}. */
  long about(RecordType type, Lane lane, long subject, int attempt, long timestamp) {
    return about(type, lane, subject, attempt, timestamp, NO_REMARK);
  }

  /** The same, with what is to be said about it. */
  long about(RecordType type, Lane lane, long subject, int attempt, long timestamp, byte[] remark) {
    int at = bytes.position();
    bytes.putLong(at + RecordFormat.HEADER, subject);
    bytes.put(at + RecordFormat.HEADER + Long.BYTES, remark);
    forcing |= type == RecordType.DEAD;
    return finish(at, Long.BYTES + remark.length, type, lane, false, attempt, timestamp);
  }

  /** The writer ends in order. */
  void close(long timestamp) {
    forcing = true;
    finish(bytes.position(), 0, RecordType.CLOSE, Lane.NONE, false, 0, timestamp);
  }

  /** The messages that records in here are about. */
  Set<Long> subjects() {
    Set<Long> subjects = new HashSet<>();
    for (int at = 0; at < bytes.position(); at += RecordFormat.size(bytes, at)) {
      switch (RecordFormat.type(bytes, at)) {
        case ACK, RETRY, DEAD, MOVED -> subjects.add(RecordFormat.word(bytes, at, 0));
        case MSG, BATCH, CLOSE -> {}
        case null -> throw new IllegalStateException("no record at " + at);
      }
    }
    return subjects;
  }

  /** Bytes of the batch when it will have been ended. */
  int sizeAtEnd() {
    return bytes.position() + TRAILER;
  }

  /** Shows the records that decide about messages, before they are written. */
  void replayDecisions(Segment segment, RecordVisitor visitor) {
    for (int at = 0; at < bytes.position(); at += RecordFormat.size(bytes, at)) {
      RecordType type = RecordFormat.type(bytes, at);
      if (type != null && type != RecordType.MSG) {
        visitor.record(segment, bytes, at, type);
      }
    }
  }

  /** Shows every record but the last, which only ends the batch. */
  void replay(Segment segment, RecordVisitor visitor) {
    int last = bytes.position() - TRAILER;
    for (int at = 0; at < last; at += RecordFormat.size(bytes, at)) {
      RecordType type = RecordFormat.type(bytes, at);
      if (type != null) {
        visitor.record(segment, bytes, at, type);
      }
    }
  }

  private long finish(
      int at, int length, RecordType type, Lane lane, boolean more, int attempt, long timestamp) {
    long lsn = nextLsn++;
    RecordFormat.putHeader(bytes, at, length, lsn, type, lane, more, attempt, timestamp);
    bytes.position(at + RecordFormat.size(length));
    count++;
    return lsn;
  }

  /** Adds the last record, whose lsn has to be taken while producers are still kept out. */
  void end(long durableLsn, long timestamp) {
    int at = bytes.position();
    int body = at + RecordFormat.HEADER;
    bytes.putInt(body, count);
    bytes.putInt(body + 4, at);
    bytes.putInt(body + 8, 0);
    bytes.putInt(body + 12, 0);
    bytes.putLong(body + 16, durableLsn);
    finish(at, RecordFormat.BATCH_PAYLOAD, RecordType.BATCH, Lane.NONE, false, 0, timestamp);
  }

  /**
   * Computes all CRCs; after this the bytes are what goes to disk.
   *
   * @param rolling the rolling CRC before this batch
   * @return the rolling CRC after it
   */
  int seal(int epoch, int rolling, CRC32C crc) {
    int last = bytes.position() - TRAILER;
    int sum = rolling;
    for (int at = 0; at < last; at += RecordFormat.size(bytes, at)) {
      RecordFormat.seal(bytes, at, epoch, crc);
      sum = roll(sum, RecordFormat.crc(bytes, at));
    }
    bytes.putInt(last + RecordFormat.HEADER + 8, sum);
    RecordFormat.seal(bytes, last, epoch, crc);
    return sum;
  }

  /** The next value of a rolling CRC; order matters. */
  static int roll(int rolling, int crc) {
    return Integer.rotateLeft(rolling, 5) * 0x9E3779B1 + crc;
  }
}
