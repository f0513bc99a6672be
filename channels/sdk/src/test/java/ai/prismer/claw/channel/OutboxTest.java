package ai.prismer.claw.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What waits for the bus, over connections that come and go. */
class OutboxTest {
  private final Outbox outbox = new Outbox(3, 1000);

  private static ByteBuffer frame(String id) {
    return ByteBuffer.wrap(id.getBytes(StandardCharsets.US_ASCII));
  }

  private CompletableFuture<Void> offer(String id) throws BusyException {
    return outbox.offer(id, frame(id));
  }

  /** Everything that may be written now. */
  private List<String> written() throws InterruptedException {
    List<String> all = new ArrayList<>();
    for (ByteBuffer next = outbox.next(System.nanoTime(), Duration.ZERO);
        next != null;
        next = outbox.next(System.nanoTime(), Duration.ZERO)) {
      all.add(StandardCharsets.US_ASCII.decode(next).toString());
    }
    return all;
  }

  @Test
  void nothingIsWrittenWithoutAConnectionNorWithoutCredit() throws Exception {
    CompletableFuture<Void> one = offer("one");
    assertThat(written()).isEmpty();
    outbox.connected(List.of());
    outbox.control(frame("control"));
    assertThat(written()).containsExactly("control");
    outbox.credit(1, 100);
    assertThat(offer("two")).isNotDone();
    assertThat(written()).containsExactly("one");
    outbox.accepted("one");
    assertThat(one).isCompleted();
    assertThat(written()).as("the credit was for one").isEmpty();
  }

  @Test
  void afterALossExactlyWhatTheBusDoesNotHaveIsSentAgainInOrder() throws Exception {
    var _ = offer("one");
    CompletableFuture<Void> two = offer("two");
    var _ = offer("three");
    outbox.connected(List.of());
    outbox.credit(9, 1000);
    assertThat(written()).containsExactly("one", "two", "three");
    outbox.disconnected();
    assertThat(written()).isEmpty();
    assertThat(outbox.waiting()).containsExactly("one", "two", "three");
    // One was refused, and the word of it lost; two and three are on the bus's disk.
    outbox.connected(List.of("two", "three"));
    assertThat(two).isCompleted();
    assertThat(written()).as("credit does not survive").isEmpty();
    outbox.credit(9, 1000);
    assertThat(written()).containsExactly("one");
  }

  @Test
  void theFourthIsRefusedAndKeptNowhere() throws Exception {
    var _ = offer("one");
    var _ = offer("two");
    var _ = offer("three");
    assertThatThrownBy(() -> offer("four"))
        .isInstanceOf(BusyException.class)
        .hasMessage("the bus is away");
    assertThat(offer("two")).as("the same again is no other").isNotDone();
    assertThat(outbox.size()).isEqualTo(3);
    outbox.accepted("one");
    assertThat(offer("four")).isNotDone();
  }

  @Test
  void bytesCountToo() throws Exception {
    var _ = outbox.offer("one", ByteBuffer.allocate(999));
    assertThatThrownBy(() -> outbox.offer("two", ByteBuffer.allocate(2)))
        .isInstanceOf(BusyException.class);
    outbox.accepted("one");
    assertThat(outbox.offer("two", ByteBuffer.allocate(2))).isNotDone();
  }

  @Test
  void whatWasRefusedForNowIsSentAgainAfterAPauseAndWhatWasRefusedForGoodFails() throws Exception {
    CompletableFuture<Void> one = offer("one");
    outbox.connected(List.of());
    outbox.credit(9, 1000);
    assertThat(written()).containsExactly("one");
    long now = System.nanoTime();
    outbox.refused("one", "disk_full", "", true, now);
    assertThat(outbox.next(now, Duration.ZERO)).isNull();
    ByteBuffer again = outbox.next(now, Duration.ofSeconds(5));
    assertThat(again).isEqualTo(frame("one"));
    outbox.refused("one", "mode", "outbound", false, now);
    assertThat(one).isCompletedExceptionally();
    assertThat(outbox.size()).isZero();
  }

  @Test
  void onlyWhatWasNeverWrittenCanBeTakenBack() throws Exception {
    var _ = offer("one");
    var _ = offer("two");
    outbox.connected(List.of());
    outbox.credit(1, 1000);
    assertThat(written()).containsExactly("one");
    assertThat(outbox.withdraw("one")).isFalse();
    assertThat(outbox.withdraw("two")).isTrue();
    assertThat(outbox.withdraw("two")).isFalse();
    assertThat(outbox.waiting()).containsExactly("one");
  }

  @Test
  void whoStillWaitsAtTheEndIsTold() throws Exception {
    CompletableFuture<Void> one = offer("one");
    outbox.close();
    assertThat(one).isCompletedExceptionally();
  }
}
