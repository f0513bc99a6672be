package ai.prismer.claw.bus.journal;

import org.jspecify.annotations.Nullable;

/** What a record says. The codes are on disk and never change. */
enum RecordType {
  /** One part of a message. */
  MSG(1),
  /** A message was answered for and is no longer owed to anybody. */
  ACK(2),
  /** An attempt to deliver a message begins; the header says which. */
  RETRY(3),
  /** A message will not be tried again. In the dead-letter log: why an entry is there. */
  DEAD(4),
  /** A dead message lies in the dead-letter log and is no longer needed here. */
  MOVED(5),
  /** The end of one commit. */
  BATCH(6),
  /** The writer ended in order. */
  CLOSE(7);

  private static final RecordType[] BY_CODE = new RecordType[8];

  static {
    for (RecordType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final byte code;

  RecordType(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  /** The type with this code, or null: the bytes are no record. */
  static @Nullable RecordType of(byte code) {
    return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
