package ai.prismer.claw.bus.router;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.journal.DeadLetter;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalFixture;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LaneQueueTest {
  private static final Lane LANE = new Lane(0, false);
  private static final Envelope ENVELOPE = new Envelope("m1", "message", "c", null, null, "now");
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(10), 0);

  private final JournalFixture fixture = new JournalFixture();
  private final List<Delivery> deliveries = new ArrayList<>();
  private Journal journal;
  private LaneQueue queue;

  /** Starts below zero, as a monotonic clock may. */
  private long now = -5_000_000_000L;

  LaneQueueTest() throws IOException {
    journal = fixture.open();
    queue = queue(1, 4);
  }

  @BeforeEach
  void attach() {
    queue.attach(deliveries::add);
  }

  @Test
  void deliversInOrderAndHoldsBackWhatComesBehindAMessageInFlight() throws IOException {
    accept("one", "two", "three");
    tick();
    assertThat(texts()).containsExactly("one");
    queue.done(last().message());
    tick();
    assertThat(texts()).containsExactly("one", "two");
  }

  @Test
  void aStrictLaneWaitsForTheRetryAndARelaxedOneGoesOn() throws IOException {
    accept("one", "two", "three");
    tick();
    queue.failed(last().message(), "busy", true, now);
    tick();
    assertThat(texts()).containsExactly("one");
    assertThat(queue.nextDueNanos(now)).isEqualTo(Duration.ofSeconds(1).toNanos());
    now += Duration.ofSeconds(1).toNanos();
    tick();
    assertThat(texts()).containsExactly("one", "one");
    assertThat(last().attempt()).isEqualTo(2);

    deliveries.clear();
    queue = queue(2, 4);
    queue.attach(deliveries::add);
    tick();
    assertThat(texts()).containsExactly("one", "two");
  }

  @Test
  void afterTheLastAttemptTheMessageIsADeadLetterAndTheNextOneIsDelivered() throws IOException {
    accept("one", "two");
    for (int attempt = 1; attempt <= 3; attempt++) {
      tick();
      assertThat(last().attempt()).isEqualTo(attempt);
      queue.failed(last().message(), "no answer " + attempt, true, now);
      now += Duration.ofMinutes(1).toNanos();
    }
    tick();
    assertThat(texts()).containsExactly("one", "one", "one", "two");
    assertThat(deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.reason()).isEqualTo("no answer 3");
          assertThat(letter.attempts()).isEqualTo(3);
        });
  }

  @Test
  void whatCannotEndDifferentlyIsNotTriedAgain() throws IOException {
    accept("one");
    tick();
    queue.failed(last().message(), "too large", false, now);
    assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly("too large");
    assertThat(queue.size()).isZero();
  }

  @Test
  void anAttemptInFlightAtACrashCountsSoThatNoMessageCrashesTheBusForEver() throws IOException {
    accept("poison", "next");
    for (int life = 1; life <= 3; life++) {
      tick();
      assertThat(last().attempt()).isEqualTo(life);
      JournalFixture.settle(journal);
      fixture.kill();
      journal = fixture.open();
      queue = queue(1, 4);
      queue.attach(deliveries::add);
    }
    tick();
    assertThat(texts()).containsExactly("poison", "poison", "poison", "next");
    assertThat(deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly("the last of 3 attempts was never answered");
  }

  @Test
  void aBacklogLargerThanTheRingIsDeliveredWholeAndNeverHeldWhole() throws IOException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add("message " + i);
      accept("message " + i);
    }
    while (deliveries.size() < 100 || queue.size() > 0) {
      tick();
      assertThat(queue.size()).isLessThanOrEqualTo(4);
      queue.done(last().message());
    }
    assertThat(texts()).containsExactlyElementsOf(all);
    JournalFixture.settle(journal);
    assertThat(ask(journal.count(LANE))).isZero();
  }

  @Test
  void withoutAReceiverNoAttemptIsUsedUp() throws IOException {
    accept("one");
    queue.detach();
    tick();
    assertThat(deliveries).isEmpty();
    assertThat(queue.nextDueNanos(now)).isEqualTo(Long.MAX_VALUE);
    queue.attach(deliveries::add);
    tick();
    assertThat(deliveries).extracting(Delivery::attempt).containsExactly(1);
  }

  @Test
  void whatOneReceiverWasGivenIsNotBegunForTheNextUntilSomebodySaysThatItIsLost()
      throws IOException {
    accept("one");
    tick();
    queue.detach();
    queue.attach(deliveries::add);
    tick();
    assertThat(texts()).containsExactly("one");
    queue.failed(last().message(), "the receiver left", true, now);
    now += Duration.ofSeconds(1).toNanos();
    tick();
    assertThat(texts()).containsExactly("one", "one");
    assertThat(last().attempt()).isEqualTo(2);
  }

  @Test
  void anAttemptThatReachedNobodyDoesNotCountAndTheNextIsAnother() throws IOException {
    accept("one");
    for (int dial = 1; dial <= 10; dial++) {
      tick();
      assertThat(deliveries).hasSize(dial);
      assertThat(last().attempt()).isEqualTo(1);
      queue.unreached(last().message(), now);
      tick();
      assertThat(queue.nextDueNanos(now)).isEqualTo(Duration.ofSeconds(1).toNanos());
      now += Duration.ofSeconds(1).toNanos();
    }
    assertThat(deliveries).extracting(Delivery::serial).doesNotHaveDuplicates();
    assertThat(deadLetters()).isEmpty();
    assertThat(queue.retries()).isEqualTo(9);
  }

  @Test
  void anAnswerThatComesTwiceOrTooLateChangesNothing() throws IOException {
    accept("one", "two");
    tick();
    long one = last().message();
    queue.done(one);
    queue.done(one);
    queue.failed(one, "late", true, now);
    tick();
    assertThat(texts()).containsExactly("one", "two");
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void whatOthersWriteIsNotReadByALaneThatHasAllItIsOwed() throws IOException {
    List<Runnable> answers = new ArrayList<>();
    queue = queue(1, 4, answers::add);
    queue.attach(deliveries::add);
    journal.append(new Lane(1, false), ByteBuffer.wrap(new byte[] {'x'}));
    JournalFixture.settle(journal);
    queue.committed();
    tick();
    assertThat(answers).isEmpty();

    accept("mine");
    tick();
    assertThat(answers).hasSize(1);
    answers.getFirst().run();
    tick();
    assertThat(texts()).containsExactly("mine");
    assertThat(answers).hasSize(1);
  }

  @Test
  void whatIsKeptWhenItIsAppendedIsNotReadBackAndWaitsForItsCommit() throws IOException {
    List<Runnable> answers = new ArrayList<>();
    queue = queue(1, 4, answers::add);
    queue.attach(deliveries::add);
    keep("one");
    queue.tick(now);
    assertThat(deliveries).as("before it is on the disk").isEmpty();
    assertThat(queue.nextDueNanos(now)).isEqualTo(Long.MAX_VALUE);

    JournalFixture.settle(journal);
    queue.committed();
    queue.tick(now);
    assertThat(texts()).containsExactly("one");
    assertThat(last().envelope()).isEqualTo(ENVELOPE);
    assertThat(answers).as("of the journal").isEmpty();
    queue.done(last().message());
    assertThat(queue.owed()).isZero();
  }

  @Test
  void nothingIsKeptInFrontOfWhatOnlyTheJournalHas() throws IOException {
    accept("one");
    assertThat(queue.takes(3)).isFalse();
    accept("two");
    tick();
    assertThat(queue.takes(3)).isTrue();
    keep("three");
    JournalFixture.settle(journal);
    queue.committed();
    for (int i = 0; i < 3; i++) {
      queue.done(last().message());
      tick();
    }
    assertThat(texts()).containsExactly("one", "two", "three");
  }

  @Test
  void aRingTakesNoMoreThanItsNumberAndItsBytes() throws IOException {
    assertThat(queue.takes(256 * 1024)).isTrue();
    assertThat(queue.takes(256 * 1024 + 1)).isFalse();
    for (String text : List.of("one", "two", "three", "four")) {
      assertThat(queue.takes(text.length())).isTrue();
      keep(text);
    }
    assertThat(queue.takes(4)).isFalse();
    accept("five");
    for (int i = 0; i < 5; i++) {
      tick();
      queue.done(last().message());
    }
    assertThat(texts()).containsExactly("one", "two", "three", "four", "five");
  }

  private void keep(String text) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    long lsn = journal.append(LANE, content);
    queue.accepted(new Part(lsn, lsn, LANE, false, 0, 0, content), ENVELOPE);
  }

  private LaneQueue queue(int inFlight, int ringSize) {
    return queue(inFlight, ringSize, Runnable::run);
  }

  private LaneQueue queue(int inFlight, int ringSize, Executor executor) {
    return new LaneQueue(
        LANE,
        journal,
        POLICY,
        inFlight,
        ringSize,
        new Random(3),
        journal.countAtStart(LANE),
        executor);
  }

  private void accept(String... texts) throws IOException {
    for (String text : texts) {
      journal.append(LANE, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      JournalFixture.settle(journal);
      queue.accepted();
    }
    queue.committed();
  }

  /** Twice, with the journal's answer in between. */
  private void tick() throws IOException {
    queue.tick(now);
    JournalFixture.settle(journal);
    queue.tick(now);
  }

  private Delivery last() {
    return deliveries.getLast();
  }

  private List<String> texts() {
    return deliveries.stream()
        .map(delivery -> StandardCharsets.UTF_8.decode(delivery.content().duplicate()).toString())
        .toList();
  }

  private List<DeadLetter> deadLetters() throws IOException {
    JournalFixture.settle(journal);
    return ask(journal.deadLetters());
  }

  private <T> T ask(CompletableFuture<T> answer) throws IOException {
    JournalFixture.settle(journal);
    return answer.join();
  }
}
