package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.framing.EnvelopeReader;
import ai.prismer.claw.bus.framing.FrameException;
import ai.prismer.claw.bus.framing.FrameSink;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFullException;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * From one peer's frames to the journal.
 *
 * <h2>Frames that fit into one part</h2>
 *
 * <p>are read (only the envelope), judged, given what they lack (channel and timestamp, spliced in
 * behind the opening brace, so that unknown keys and the payload stay the bytes they were) and
 * appended.
 *
 * <h2>Longer ones</h2>
 *
 * <p>are never held whole. Their parts go to the journal as they come; without its last part a
 * message does not count. That one is kept back until the others are committed and have been read
 * from the disk once, by a thread that walks the JSON. Then it is appended, or the message is
 * acknowledged away.
 *
 * <p>What it prevents: a heap of 24 MiB filled by two clients with long messages; half a message
 * delivered because its sender died; a reply that is filed under another channel than the one its
 * envelope names. Belongs to the loop's thread.
 */
public final class Intake implements FrameSink {
  private static final Duration FULL_AGAIN = Duration.ofMillis(100);

  /** What there is to do again when the disk has room, or when a long frame has been read. */
  private enum State {
    READY,
    FULL,
    READING,
    CLOSED
  }

  private final Journal journal;
  private final EventLoop loop;
  private final InstantSource clock;
  private final Sender sender;
  private final EnvelopeReader reader = new EnvelopeReader();

  private State state = State.READY;

  /** What comes in parts, or null when nothing does or what comes is not wanted. */
  private @Nullable PartedFrame parted;

  /** Takes in the frames of {@code sender}. */
  public Intake(Journal journal, EventLoop loop, InstantSource clock, Sender sender) {
    this.journal = journal;
    this.loop = loop;
    this.clock = clock;
    this.sender = sender;
  }

  @Override
  public boolean ready() {
    return state == State.READY;
  }

  @Override
  public void oversized(int length) {
    Refusal reason = new Refusal("too_large", false, "a frame of " + length + " bytes");
    sender.refused(null, reason, 0);
  }

  @Override
  public void part(ByteBuffer part, boolean first, boolean last) {
    if (first && last) {
      whole(part);
      return;
    }
    if (first) {
      begin(part);
    }
    PartedFrame frame = parted;
    if (frame != null) {
      frame.came(part.remaining());
      if (last) {
        read(frame, copy(part));
      } else {
        keep(frame, part);
      }
    }
  }

  private void whole(ByteBuffer frame) {
    Envelope envelope;
    try {
      envelope = reader.read(frame);
    } catch (FrameException malformed) {
      refuse(null, malformed, frame.remaining());
      return;
    }
    switch (sender.judge(envelope, frame)) {
      case Sender.Verdict.Handled() -> {}
      case Sender.Verdict.Refuse(Refusal reason) ->
          sender.refused(envelope, reason, frame.remaining());
      case Sender.Verdict.Take(BusLane target) -> take(envelope, frame, target);
    }
  }

  private void take(Envelope envelope, ByteBuffer frame, BusLane target) {
    if (envelope.id().length() > RecentIds.LONGEST_ID) {
      sender.refused(envelope, Refusal.LONG_ID, frame.remaining());
      return;
    }
    Long known = target.resendOf(envelope.id());
    if (known != null) {
      sender.appended(envelope, known, frame.remaining());
      return;
    }
    FrameCompletion whole = FrameCompletion.of(envelope, target.channel(), frame, clock);
    append(whole.envelope(), whole.content(), frame.remaining(), target);
  }

  private void append(Envelope envelope, ByteBuffer content, int size, BusLane target) {
    try {
      long lsn = journal.append(target.lane(), content);
      target.appended(envelope, lsn, content);
      sender.appended(envelope, lsn, size);
    } catch (JournalFullException full) {
      if (sender.understandsRefusals()) {
        sender.refused(envelope, Refusal.FULL, size);
      } else {
        ByteBuffer kept = copy(content);
        waitForRoom(() -> append(envelope, kept, size, target));
      }
    } catch (IOException failed) {
      throw new JournalGoneException(failed);
    }
  }

  private void begin(ByteBuffer part) {
    BusLane lane = sender.laneOf(reader.peek(Envelope.CHANNEL, part));
    parted = lane == null ? null : new PartedFrame(journal, lane);
    if (lane == null) {
      sender.refused(null, Refusal.NO_CHANNEL, 0);
    }
  }

  private void keep(PartedFrame frame, ByteBuffer part) {
    try {
      frame.append(part);
    } catch (JournalFullException full) {
      ByteBuffer kept = copy(part);
      waitForRoom(() -> keep(frame, kept));
    } catch (IOException failed) {
      throw new JournalGoneException(failed);
    }
  }

  /** Has the frame read from where it lies by now. */
  private void read(PartedFrame frame, ByteBuffer last) {
    state = State.READING;
    PartsReader.read(
        journal,
        frame.parts(),
        last,
        reader,
        (found, wrong) -> loop.execute(() -> end(frame, found, wrong, last)));
  }

  private void end(
      PartedFrame frame,
      @Nullable Envelope envelope,
      @Nullable FrameException wrong,
      ByteBuffer last) {
    if (state == State.CLOSED) {
      return;
    }
    if (envelope == null) {
      abandon();
      refuse(null, wrong, frame.bytes());
    } else {
      end(frame, envelope, last);
    }
    if (state == State.READING) {
      state = State.READY;
      sender.resumed();
    }
  }

  private void end(PartedFrame frame, Envelope envelope, ByteBuffer last) {
    switch (sender.judge(envelope, frame.bytes())) {
      case Sender.Verdict.Take(BusLane named) -> take(frame, envelope, last, named);
      case Sender.Verdict.Refuse(Refusal reason) -> {
        abandon();
        sender.refused(envelope, reason, frame.bytes());
      }
      case Sender.Verdict.Handled() -> abandon();
    }
  }

  private void take(PartedFrame frame, Envelope envelope, ByteBuffer last, BusLane named) {
    Refusal refusal = faultOf(envelope, named != frame.lane());
    Long known = refusal == null ? named.resendOf(envelope.id()) : null;
    if (refusal != null) {
      abandon();
      sender.refused(envelope, refusal, frame.bytes());
    } else if (known != null) {
      abandon();
      sender.appended(envelope, known, frame.bytes());
    } else {
      finish(frame, envelope, last);
    }
  }

  /** Why a frame in parts cannot become a message; null if it can. */
  private static @Nullable Refusal faultOf(Envelope envelope, boolean otherChannel) {
    if (otherChannel) {
      return Refusal.OTHER_CHANNEL;
    }
    if (envelope.channel() == null || envelope.timestamp() == null) {
      return Refusal.INCOMPLETE;
    }
    return envelope.id().length() > RecentIds.LONGEST_ID ? Refusal.LONG_ID : null;
  }

  private void finish(PartedFrame frame, Envelope envelope, ByteBuffer last) {
    try {
      long lsn = frame.finish(envelope.id(), last);
      parted = null;
      sender.appended(envelope, lsn, frame.bytes());
    } catch (JournalFullException full) {
      waitForRoom(() -> finish(frame, envelope, last));
    } catch (IOException failed) {
      throw new JournalGoneException(failed);
    }
  }

  private void waitForRoom(Runnable again) {
    state = State.FULL;
    loop.after(
        FULL_AGAIN,
        () -> {
          if (state != State.FULL) {
            return;
          }
          state = State.READY;
          again.run();
          if (state == State.READY) {
            sender.resumed();
          }
        });
  }

  /** The peer is gone; what it had not finished is forgotten. */
  public void close() {
    state = State.CLOSED;
    abandon();
  }

  private void abandon() {
    PartedFrame frame = parted;
    parted = null;
    if (frame != null) {
      try {
        frame.abandon();
      } catch (IOException failed) {
        throw new JournalGoneException(failed);
      }
    }
  }

  private void refuse(@Nullable Envelope envelope, @Nullable FrameException why, int size) {
    String text = why == null ? "the frame cannot be read" : String.valueOf(why.getMessage());
    sender.refused(envelope, new Refusal("malformed", false, text), size);
  }

  private static ByteBuffer copy(ByteBuffer part) {
    ByteBuffer kept = ByteBuffer.allocate(part.remaining());
    return kept.put(part.duplicate()).flip();
  }
}
