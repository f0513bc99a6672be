package ai.prismer.claw.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is shown of answers that are being made. */
class StreamBufferTest {
  private final List<String> shown = new ArrayList<>();

  private StreamBuffer buffer(StreamStrategy strategy) {
    ChannelListener listener =
        new ChannelListener() {
          @Override
          public void message(Message message, Receipt receipt) {}

          @Override
          public void delta(String question, int offset, String text) {
            shown.add(question + "@" + offset + ":" + text);
          }
        };
    return new StreamBuffer(ChannelOptions.of("c", Path.of("s")).with(strategy), listener);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void passThroughShowsEveryPiece() {
    StreamBuffer buffer = buffer(new StreamStrategy.PassThrough());
    buffer.piece("q", 0, "one ", 0);
    buffer.piece("q", 4, "two", 0);
    assertThat(shown).containsExactly("q@0:one ", "q@4:two");
  }

  @Test
  void afterAGapNothingIsShownUntilTheAnswerIsMadeAnew() {
    StreamBuffer buffer = buffer(new StreamStrategy.PassThrough());
    buffer.piece("q", 0, "one ", 0);
    buffer.piece("q", 8, "three", 0);
    buffer.piece("q", 13, "four", 0);
    assertThat(shown).containsExactly("q@0:one ");
    buffer.piece("q", 0, "anew", 0);
    assertThat(shown).containsExactly("q@0:one ", "q@0:anew");
  }

  @Test
  void bufferFlushJoinsThePiecesOfAnInterval() {
    StreamBuffer buffer = buffer(new StreamStrategy.BufferFlush(Duration.ofMillis(100)));
    buffer.piece("q", 0, "a", millis(0));
    buffer.piece("q", 1, "b", millis(50));
    buffer.piece("q", 2, "c", millis(99));
    assertThat(shown).containsExactly("q@0:a");
    buffer.piece("q", 3, "d", millis(100));
    assertThat(shown).containsExactly("q@0:a", "q@1:bcd");
    buffer.piece("q", 4, "e", millis(120));
    buffer.flush(millis(150));
    assertThat(shown).hasSize(2);
    buffer.flush(millis(200));
    assertThat(shown).endsWith("q@4:e");
  }

  @Test
  void waitCompleteShowsNothing() {
    buffer(new StreamStrategy.WaitComplete()).piece("q", 0, "a", 0);
    assertThat(shown).isEmpty();
  }
}
