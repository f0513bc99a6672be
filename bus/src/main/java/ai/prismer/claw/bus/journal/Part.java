package ai.prismer.claw.bus.journal;

import java.nio.ByteBuffer;

/**
 * One part of a message, read back.
 *
 * @param origin the lsn by which the part is known
 * @param head the lsn by which its message is known; {@code origin} for the first part
 * @param lane where the message is going
 * @param more whether another part follows
 * @param attempts attempts that were begun to deliver the message, up to now
 * @param timestamp milliseconds since 1970 at which it was accepted
 * @param content its bytes, in memory of its own
 */
public record Part(
    long origin,
    long head,
    Lane lane,
    boolean more,
    int attempts,
    long timestamp,
    ByteBuffer content) {

  /** Whether this is where the message begins. */
  public boolean isHead() {
    return origin == head;
  }

  /** Takes the part out of a buffer that will be used again. */
  static Part copyOf(ByteBuffer bytes, int at, int attempts) {
    int length = RecordFormat.length(bytes, at) - RecordFormat.MESSAGE_PREFIX;
    ByteBuffer content = ByteBuffer.allocate(length);
    content.put(0, bytes, at + RecordFormat.HEADER + RecordFormat.MESSAGE_PREFIX, length);
    return new Part(
        RecordFormat.origin(bytes, at),
        RecordFormat.head(bytes, at),
        RecordFormat.lane(bytes, at),
        RecordFormat.more(bytes, at),
        attempts,
        RecordFormat.timestamp(bytes, at),
        content);
  }
}
