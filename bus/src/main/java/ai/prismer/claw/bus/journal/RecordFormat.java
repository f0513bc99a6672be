package ai.prismer.claw.bus.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record, big-endian, at multiples of eight:
 *
 * <pre>
 *  0 u32 length of the payload     16 u8  type       20 u32 attempt
 *  4 u32 CRC-32C                   17 u8  flags      24 u64 milliseconds since 1970
 *  8 u64 lsn                       18 u16 channel    32 payload, then zeros up to a multiple of 8
 * </pre>
 *
 * <p>The CRC is that of header and payload with the segment's epoch standing in its own place. A
 * record of the segment's former life, bit for bit intact, is therefore not a record of this one.
 */
final class RecordFormat {
  static final int HEADER = 32;

  /** Flag: the message goes from the runtime to the channel. */
  static final byte OUTBOUND = 1;

  /** Flag of a message's part: another part follows. */
  static final byte MORE = 2;

  /**
   * Before the bytes of every MSG: the lsn under which the part was first written (0: this one),
   * and that of the message's first part (0: this is it).
   */
  static final int MESSAGE_PREFIX = 16;

  /** BATCH payload: u32 records, u32 bytes, u32 rolling CRC, u32 zero, u64 durable lsn. */
  static final int BATCH_PAYLOAD = 24;

  private static final int CRC = 4;
  private static final int LSN = 8;
  private static final int TYPE = 16;
  private static final int FLAGS = 17;
  private static final int CHANNEL = 18;
  private static final int ATTEMPT = 20;
  private static final int TIMESTAMP = 24;

  private RecordFormat() {}

  /** Bytes on disk of a record with this much payload. */
  static int size(int payload) {
    return (HEADER + payload + 7) & -8;
  }

  static int size(ByteBuffer buffer, int at) {
    return size(length(buffer, at));
  }

  static void putHeader(
      ByteBuffer buffer,
      int at,
      int length,
      long lsn,
      RecordType type,
      Lane lane,
      boolean more,
      int attempt,
      long timestamp) {
    buffer.putInt(at, length);
    buffer.putInt(at + CRC, 0);
    buffer.putLong(at + LSN, lsn);
    buffer.put(at + TYPE, type.code());
    buffer.put(at + FLAGS, (byte) ((lane.outbound() ? OUTBOUND : 0) | (more ? MORE : 0)));
    buffer.putShort(at + CHANNEL, (short) lane.channel());
    buffer.putInt(at + ATTEMPT, attempt);
    buffer.putLong(at + TIMESTAMP, timestamp);
    for (int i = at + HEADER + length; i < at + size(length); i++) {
      buffer.put(i, (byte) 0);
    }
  }

  static int length(ByteBuffer buffer, int at) {
    return buffer.getInt(at);
  }

  static int crc(ByteBuffer buffer, int at) {
    return buffer.getInt(at + CRC);
  }

  static long lsn(ByteBuffer buffer, int at) {
    return buffer.getLong(at + LSN);
  }

  static @Nullable RecordType type(ByteBuffer buffer, int at) {
    return RecordType.of(buffer.get(at + TYPE));
  }

  static Lane lane(ByteBuffer buffer, int at) {
    return new Lane(
        Short.toUnsignedInt(buffer.getShort(at + CHANNEL)),
        (buffer.get(at + FLAGS) & OUTBOUND) != 0);
  }

  static boolean more(ByteBuffer buffer, int at) {
    return (buffer.get(at + FLAGS) & MORE) != 0;
  }

  static int attempt(ByteBuffer buffer, int at) {
    return buffer.getInt(at + ATTEMPT);
  }

  static long timestamp(ByteBuffer buffer, int at) {
    return buffer.getLong(at + TIMESTAMP);
  }

  /** The n-th u64 of the payload. */
  static long word(ByteBuffer buffer, int at, int n) {
    return buffer.getLong(at + HEADER + n * Long.BYTES);
  }

  /** The part's first lsn: its own, unless it is a copy. */
  static long origin(ByteBuffer buffer, int at) {
    long origin = word(buffer, at, 0);
    return origin == 0 ? lsn(buffer, at) : origin;
  }

  /** The lsn by which the part's message is known. */
  static long head(ByteBuffer buffer, int at) {
    long head = word(buffer, at, 1);
    return head == 0 ? origin(buffer, at) : head;
  }

  /** Computes the CRC and puts it in its place. */
  static void seal(ByteBuffer buffer, int at, int epoch, CRC32C crc) {
    buffer.putInt(at + CRC, compute(buffer, at, epoch, crc));
  }

  /**
   * Whether the bytes at {@code at} are the record {@code lsn} of the segment with this epoch.
   *
   * @param available bytes behind {@code at} that the buffer holds
   */
  static boolean valid(ByteBuffer buffer, int at, int available, long lsn, int epoch, CRC32C crc) {
    if (available < HEADER || lsn(buffer, at) != lsn || type(buffer, at) == null) {
      return false;
    }
    int length = length(buffer, at);
    if (length < 0 || length > available - HEADER || size(length) > available) {
      return false;
    }
    int found = crc(buffer, at);
    int expected = compute(buffer, at, epoch, crc);
    buffer.putInt(at + CRC, found);
    return found == expected && wellFormed(buffer, at, length);
  }

  /** A valid CRC proves who wrote it; this proves that reading the payload stays inside it. */
  private static boolean wellFormed(ByteBuffer buffer, int at, int length) {
    return switch (type(buffer, at)) {
      case MSG -> length >= MESSAGE_PREFIX;
      case ACK, RETRY, DEAD -> length >= Long.BYTES;
      case MOVED -> length >= 2 * Long.BYTES;
      case BATCH -> length == BATCH_PAYLOAD;
      case CLOSE -> length == 0;
      case null -> false;
    };
  }

  private static int compute(ByteBuffer buffer, int at, int epoch, CRC32C crc) {
    buffer.putInt(at + CRC, epoch);
    crc.reset();
    crc.update(buffer.slice(at, HEADER + length(buffer, at)));
    return (int) crc.getValue();
  }
}
