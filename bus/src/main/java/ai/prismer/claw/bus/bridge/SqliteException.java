package ai.prismer.claw.bus.bridge;

import java.io.IOException;

/** What SQLite said instead of doing something. */
final class SqliteException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int READ_ONLY = 8;
  private static final int TOO_BIG = 18;

  private final int code;

  /**
   * @param code its primary or extended result code
   */
  SqliteException(String what, long code) {
    super(what);
    // The primary code is the low byte of an extended one.
    this.code = (int) code & 0xff;
  }

  /**
   * Whether it may go well in a while: somebody holds a lock, or a file that may only be read here
   * waits for its writer to take back what it had begun.
   */
  boolean isPassing() {
    return code == BUSY || code == LOCKED || code == READ_ONLY;
  }

  /** Whether a value was longer than may be read. */
  boolean isTooBig() {
    return code == TOO_BIG;
  }
}
