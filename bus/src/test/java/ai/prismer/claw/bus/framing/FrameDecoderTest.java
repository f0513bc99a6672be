package ai.prismer.claw.bus.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.prismer.claw.bus.framing.FrameDecoder.Outcome;
import ai.prismer.claw.contract.BusProtocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
  private final FrameBudget budget = new FrameBudget(1 << 20);
  private final Collector sink = new Collector();

  @Test
  void everyPairOfSplitPointsGivesTheSameFrames() throws Exception {
    ByteBuffer stream = stream("{\"a\":1}", "{}", "{\"text\":\"häuser\"}");
    int size = stream.remaining();
    for (int first = 0; first <= size; first++) {
      for (int second = first; second <= size; second++) {
        FrameDecoder decoder = new FrameDecoder(budget, 1024);
        Collector found = new Collector();
        decoder.decode(stream.slice(0, first), 0, found);
        decoder.decode(stream.slice(first, second - first), 0, found);
        decoder.decode(stream.slice(second, size - second), 0, found);
        assertThat(found.frames).containsExactly("{\"a\":1}", "{}", "{\"text\":\"häuser\"}");
        assertThat(decoder.betweenFrames()).isTrue();
      }
    }
    assertThat(budget.reserved()).isZero();
  }

  @Test
  void randomStreamsInRandomPiecesAndPartsComeOutAsTheyWentIn() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<String> sent = new ArrayList<>();
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        sent.add("x".repeat(random.nextInt(1, random.nextBoolean() ? 40 : 20_000)));
      }
      ByteBuffer stream = stream(sent.toArray(String[]::new));
      FrameDecoder decoder = new FrameDecoder(budget, random.nextInt(1, 9000));
      Collector found = new Collector();
      while (stream.hasRemaining()) {
        int piece = Math.min(stream.remaining(), random.nextInt(1, 6000));
        decoder.decode(stream.slice(stream.position(), piece), 0, found);
        stream.position(stream.position() + piece);
      }
      assertThat(found.frames).as("seed " + seed).isEqualTo(sent);
      assertThat(budget.reserved()).as("seed " + seed).isZero();
    }
  }

  @Test
  void randomBytesNeverHoldMoreThanOnePartAndNeverEscapeAsAnotherException() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      FrameBudget own = new FrameBudget(4096);
      FrameDecoder decoder = new FrameDecoder(own, 4096);
      byte[] noise = new byte[random.nextInt(1, 3000)];
      random.nextBytes(noise);
      if (random.nextBoolean()) {
        noise[0] = 0;
      }
      try {
        decoder.decode(ByteBuffer.wrap(noise), 0, sink);
      } catch (FrameException expected) {
        assertThat(expected).hasMessageContaining("announces");
      }
      assertThat(own.reserved()).as("seed " + seed).isLessThanOrEqualTo(4096);
      decoder.close();
      assertThat(own.reserved()).as("seed " + seed).isZero();
    }
  }

  @Test
  void anOversizedFrameIsSkippedAndTheFramesBehindItArrive() throws Exception {
    FrameDecoder decoder = new FrameDecoder(budget, 1024);
    int tooLong = BusProtocol.MAX_FRAME_BYTES + 1;
    decoder.decode(ByteBuffer.allocate(4).putInt(0, tooLong), 0, sink);
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
    for (int left = tooLong; left > 0; left -= chunk.capacity()) {
      assertThat(decoder.betweenFrames()).isFalse();
      decoder.decode(chunk.clear().limit(Math.min(left, chunk.capacity())), 0, sink);
      assertThat(budget.reserved()).isZero();
    }
    decoder.decode(stream("{}"), 0, sink);
    assertThat(sink.oversized).containsExactly(tooLong);
    assertThat(sink.frames).containsExactly("{}");
  }

  @Test
  void aLengthThatIsNoneEndsTheStream() {
    for (int length : new int[] {0, -1, Integer.MIN_VALUE}) {
      FrameDecoder decoder = new FrameDecoder(budget, 1024);
      assertThatThrownBy(
              () -> decoder.decode(ByteBuffer.allocate(4).putInt(0, length), 0, new Collector()))
          .isInstanceOf(FrameException.class)
          .hasMessageContaining(Integer.toUnsignedString(length));
    }
  }

  @Test
  void memoryIsTakenAsBytesArriveAndNotAsTheyAreAnnounced() throws Exception {
    FrameDecoder decoder = new FrameDecoder(budget, 256 * 1024);
    decoder.decode(ByteBuffer.allocate(4).putInt(0, BusProtocol.MAX_FRAME_BYTES), 0, sink);
    assertThat(budget.reserved()).isZero();
    decoder.decode(ByteBuffer.allocate(10), 0, sink);
    assertThat(budget.reserved()).isEqualTo(4096);
  }

  @Test
  void withoutBudgetTheInputStaysWhereItIsUntilThereIsRoom() throws Exception {
    FrameBudget small = new FrameBudget(7);
    FrameDecoder greedy = new FrameDecoder(small, 4096);
    FrameDecoder waiting = new FrameDecoder(small, 4096);
    greedy.decode(stream("{\"a\":1}").limit(6), 0, sink);

    ByteBuffer input = stream("{\"b\":2}").limit(7);
    assertThat(waiting.decode(input, 0, sink)).isEqualTo(Outcome.STARVED);
    assertThat(input.remaining()).isEqualTo(3);
    assertThat(small.refusals()).isEqualTo(1);

    greedy.close();
    assertThat(waiting.decode(input, 0, sink)).isEqualTo(Outcome.CONSUMED);
    waiting.decode(ByteBuffer.wrap("\":2}".getBytes(StandardCharsets.UTF_8)), 0, sink);
    assertThat(sink.frames).containsExactly("{\"b\":2}");
  }

  @Test
  void aFrameThatDripsIsOverdueAndOneThatNeverBeganIsNot() throws Exception {
    FrameDecoder decoder = new FrameDecoder(budget, 1024);
    Duration limit = Duration.ofSeconds(30);
    long later = Duration.ofSeconds(31).toNanos();
    assertThat(decoder.overdue(later, limit)).isFalse();
    ByteBuffer stream = stream("{\"a\":1}");
    decoder.decode(stream.slice(0, 2), 0, sink);
    assertThat(decoder.overdue(limit.toNanos(), limit)).isFalse();
    decoder.decode(stream.slice(2, 4), later, sink);
    assertThat(decoder.overdue(later, limit)).isTrue();
    decoder.decode(stream.slice(6, 5), later, sink);
    assertThat(decoder.overdue(later, limit)).isFalse();
  }

  static ByteBuffer stream(String... frames) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String frame : frames) {
      ByteBuffer encoded = FrameEncoder.frame(frame.getBytes(StandardCharsets.UTF_8));
      byte[] copy = new byte[encoded.remaining()];
      encoded.get(copy);
      bytes.writeBytes(copy);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** Puts parts together again. */
  private static final class Collector implements FrameSink {
    final List<String> frames = new ArrayList<>();
    final List<Integer> oversized = new ArrayList<>();
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

    @Override
    public void part(ByteBuffer bytes, boolean first, boolean last) {
      assertThat(first).isEqualTo(frame.size() == 0);
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      frame.writeBytes(copy);
      if (last) {
        frames.add(frame.toString(StandardCharsets.UTF_8));
        frame.reset();
      }
    }

    @Override
    public void oversized(int length) {
      oversized.add(length);
    }
  }
}
