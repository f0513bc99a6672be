package ai.prismer.claw.bus.framing;

import ai.prismer.claw.contract.Envelope;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a peer sends: cutting it into frames ends, throws nothing but what ends the connection,
 * keeps to its memory, and does not depend on how it was torn apart on the way. The same of reading
 * the envelope of each frame, whether it lies in memory or comes in parts. In an ordinary build the
 * recorded inputs are tried; {@code make fuzz} looks for new ones.
 */
class FrameDecoderFuzzTest {
  private static final int BUDGET = 64 * 1024;

  @FuzzTest(maxDuration = "10m")
  void anyBytesAreCutIntoFramesWithoutHarm(byte[] input) {
    if (input.length < 2) {
      return;
    }
    // The first two bytes say how it is torn apart, and how long a part may be.
    int piece = 1 + (input[0] & 0xFF);
    int part = 1 + (input[1] & 0xFF) * 16;
    byte[] stream = Arrays.copyOfRange(input, 2, input.length);

    Frames whole = decode(stream, Math.max(1, stream.length), part);
    Frames torn = decode(stream, piece, part);

    check(whole.out.equals(torn.out), "other frames when torn apart");
    check(whole.ended == torn.ended, "another end when torn apart");
    whole.frames.forEach(FrameDecoderFuzzTest::read);
  }

  private static Frames decode(byte[] stream, int piece, int part) {
    FrameBudget budget = new FrameBudget(BUDGET);
    FrameDecoder decoder = new FrameDecoder(budget, part);
    Frames frames = new Frames();
    try {
      for (int at = 0; at < stream.length; at += piece) {
        ByteBuffer bytes = ByteBuffer.wrap(stream, at, Math.min(piece, stream.length - at)).slice();
        FrameDecoder.Outcome outcome = decoder.decode(bytes, 0, frames);
        check(outcome == FrameDecoder.Outcome.CONSUMED, "outcome " + outcome);
        check(budget.reserved() <= Math.max(part, 4096), "holds " + budget.reserved());
      }
    } catch (FrameException end) {
      frames.ended = true;
    }
    decoder.close();
    check(budget.reserved() == 0, "keeps " + budget.reserved());
    return frames;
  }

  private static void read(byte[] frame) {
    EnvelopeReader reader = new EnvelopeReader();
    Envelope inMemory = null;
    Envelope streamed = null;
    try {
      inMemory = reader.read(ByteBuffer.wrap(frame));
    } catch (FrameException malformed) {
      // As it should.
    }
    try {
      streamed = reader.read(new ByteArrayInputStream(frame));
    } catch (FrameException malformed) {
      // The same.
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    check(Objects.equals(inMemory, streamed), inMemory + " in memory, " + streamed + " in parts");
    @Nullable String peeked = reader.peek(Envelope.CHANNEL, ByteBuffer.wrap(frame));
    check(
        inMemory == null || Objects.equals(peeked, inMemory.channel()),
        "channel " + peeked + " at a glance");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private static final class Frames implements FrameSink {
    final List<byte[]> frames = new ArrayList<>();

    /** All that was told, so that it can be compared. */
    final List<String> out = new ArrayList<>();

    boolean ended;
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

    @Override
    public void part(ByteBuffer bytes, boolean first, boolean last) {
      check(first == (frame.size() == 0), "a part that is first, or not");
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      frame.writeBytes(copy);
      if (last) {
        frames.add(frame.toByteArray());
        out.add(Arrays.toString(frame.toByteArray()));
        frame.reset();
      }
    }

    @Override
    public void oversized(int length) {
      out.add("oversized " + length);
    }
  }
}
