package ai.prismer.claw.channel;

import java.time.Duration;

/** What a channel shows of an answer before it is complete. */
public sealed interface StreamStrategy {
  /** Every piece as it comes. */
  record PassThrough() implements StreamStrategy {}

  /**
   * The pieces of an interval joined to one: for what limits how often a message may be edited.
   *
   * @param interval between two pieces
   */
  record BufferFlush(Duration interval) implements StreamStrategy {
    /** Refuses an interval that is none. */
    public BufferFlush {
      if (interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException("an interval of " + interval);
      }
    }
  }

  /** Nothing. */
  record WaitComplete() implements StreamStrategy {}
}
