package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.journal.DiskPressure;

/**
 * How much a client of protocol 2 may send before it is told of more.
 *
 * <p>Every message that it may send, or has sent and was not answered for, counts against the
 * window; {@code balance + unanswered ≤ window} always, and when all is answered and nothing is
 * withheld the balance is the window again within a second. Counting both sides of that, and not
 * what was granted and used, is what keeps credits from leaking until a channel stands still.
 *
 * <p>Bytes are held the same way, but the balance may go below zero by one frame: otherwise a frame
 * longer than the window could never be sent. Loop's thread.
 */
final class Credits {
  /** What is to be granted now. */
  record Grant(int messages, long bytes) {
    boolean isNothing() {
      return messages <= 0 && bytes <= 0;
    }
  }

  private final int windowMessages;
  private final long windowBytes;

  private int messages;
  private long bytes;
  private int unansweredMessages;
  private long unansweredBytes;

  Credits(int windowMessages, long windowBytes) {
    this.windowMessages = windowMessages;
    this.windowBytes = windowBytes;
  }

  /** Takes what a message costs, if the client has it, and says whether it did. */
  boolean use(int length) {
    if (messages <= 0 || bytes <= 0) {
      return false;
    }
    messages--;
    bytes -= length;
    unansweredMessages++;
    unansweredBytes += length;
    return true;
  }

  /** The client was told what became of a message for which {@link #use} was true. */
  void answered(int length) {
    unansweredMessages--;
    unansweredBytes -= length;
  }

  /**
   * What to grant now; counts as granted.
   *
   * @param throttled whether the channel has more in the journal than it should
   * @param rest to grant what little is left too
   */
  Grant grant(DiskPressure pressure, boolean throttled, boolean rest) {
    int share =
        throttled
            ? 0
            : switch (pressure) {
              case NORMAL -> 16;
              case HIGH -> 4;
              case COPYING -> 1;
              case FULL -> 0;
            };
    int lackingMessages = windowMessages * share / 16 - messages - unansweredMessages;
    long lackingBytes = windowBytes * share / 16 - bytes - unansweredBytes;
    // Not one by one: a grant costs a frame.
    boolean worthwhile =
        lackingMessages >= windowMessages / 4
            || lackingBytes >= windowBytes / 4
            || messages <= 0
            || bytes <= 0
            || rest;
    if (!worthwhile) {
      return new Grant(0, 0);
    }
    Grant grant = new Grant(Math.max(0, lackingMessages), Math.max(0, lackingBytes));
    messages += grant.messages();
    bytes += grant.bytes();
    return grant;
  }

  /** Messages that the client may send now. */
  int messages() {
    return messages;
  }
}
