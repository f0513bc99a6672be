package ai.prismer.claw.bus.router;

import ai.prismer.claw.contract.Envelope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Whose frames an {@link Intake} takes in: what it may say and what it is told. Loop's thread. */
public interface Sender {
  /** What is to become of a frame. */
  sealed interface Verdict {
    /** It is a message for this lane. */
    record Take(BusLane lane) implements Verdict {}

    /** It is not taken. */
    record Refuse(Refusal reason) implements Verdict {}

    /** It was for the bus itself, which has read it. */
    record Handled() implements Verdict {}
  }

  /**
   * Decides about a frame that lies in memory.
   *
   * @param frame its bytes, during this call
   */
  Verdict judge(Envelope envelope, ByteBuffer frame);

  /** The lane for a frame in parts whose beginning names this channel, or null. */
  @Nullable BusLane laneOf(@Nullable String channel);

  /** Decides about a frame in parts when all of it is there. */
  Verdict judge(Envelope envelope, int bytes);

  /**
   * The message lies in the journal, and is accepted when {@code lsn} is committed.
   *
   * @param bytes of the message
   */
  void appended(Envelope envelope, long lsn, int bytes);

  /**
   * The frame was not taken.
   *
   * @param envelope of the frame, or null when not even that could be read
   * @param bytes of the frame
   */
  void refused(@Nullable Envelope envelope, Refusal reason, int bytes);

  /** Whether it can be told of a full disk; one that cannot waits instead. */
  boolean understandsRefusals();

  /** The intake had to wait, and takes more now. */
  void resumed();
}
