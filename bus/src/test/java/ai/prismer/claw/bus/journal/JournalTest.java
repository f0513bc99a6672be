package ai.prismer.claw.bus.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Lane IN = new Lane(0, false);
  private static final Lane OUT = new Lane(0, true);
  private static final JournalOptions SMALL = JournalModel.OPTIONS;

  private final Random random = new Random(7);
  private final SimulatedDisk disk = new SimulatedDisk(random, 1 << 24);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aBatchTornAtAnyByteIsGoneAsAWholeAndTakesNothingElseWithIt() throws IOException {
    Journal journal = open(SMALL);
    append(journal, IN, "one");
    append(journal, OUT, "two");
    journal.turn();
    byte[] before = disk.device("journal-000000").clone();
    append(journal, IN, "three");
    append(journal, IN, "four");
    journal.turn();
    byte[] after = disk.device("journal-000000").clone();
    int from = firstDifference(before, after);
    int to = lastDifference(before, after);
    for (int torn = from; torn <= to; torn++) {
      System.arraycopy(after, 0, disk.device("journal-000000"), 0, after.length);
      System.arraycopy(before, torn, disk.device("journal-000000"), torn, after.length - torn);
      disk.dropCache();
      disk.names("journal-").stream()
          .filter(name -> !name.equals("journal-000000"))
          .toList()
          .forEach(this::delete);
      Journal recovered = open(SMALL);
      assertThat(texts(recovered, IN)).as("torn at byte " + torn).containsExactly("one");
      assertThat(texts(recovered, OUT)).as("torn at byte " + torn).containsExactly("two");
    }
  }

  @Test
  void damageBelowWhatWasDurableIsRefusedAndNotMistakenForATornTail() throws IOException {
    Journal journal = open(SMALL);
    append(journal, IN, "one");
    journal.turn();
    append(journal, IN, "two");
    journal.turn();
    append(journal, IN, "three");
    journal.turn();
    byte[] device = disk.device("journal-000000");
    device[SegmentHeader.AREA + RecordFormat.HEADER + RecordFormat.MESSAGE_PREFIX] ^= 1;
    disk.dropCache();
    assertThatThrownBy(() -> open(SMALL))
        .isInstanceOf(CorruptJournalException.class)
        .hasMessageContaining("journal-000000")
        .hasMessageContaining("record 1 cannot be read");
  }

  @Test
  void afterAStartNothingIsWrittenBehindWhatWasReadNeitherHereNorAmongTheDeadLetters()
      throws IOException {
    Journal journal = open(SMALL);
    append(journal, OUT, "stays");
    journal.bury(IN, append(journal, IN, "one"), 1, "why");
    settle(journal);
    disk.killProcess();
    Journal next = open(SMALL);
    byte[] messages = disk.device("journal-000000").clone();
    byte[] letters = disk.device("dead-000000").clone();
    next.bury(IN, append(next, IN, "two"), 1, "why");
    settle(next);
    assertThat(disk.device("journal-000000")).isEqualTo(messages);
    assertThat(disk.device("dead-000000")).isEqualTo(letters);
  }

  @Test
  void aRecordOfAnotherLifeOfTheFileIsNotReadEvenIfItIsWholeAndItsLsnIsTheOneThatIsDue()
      throws IOException {
    Journal former = open(SMALL);
    append(former, IN, "ghost");
    former.turn();
    byte[] ghost = disk.device("journal-000000").clone();
    disk.killProcess();
    SimulatedDisk other = new SimulatedDisk(random, 1 << 24);
    Journal _ = Journal.open(other, SMALL, List.of("slack"), clock(), random);
    byte[] device = other.device("journal-000000");
    System.arraycopy(
        ghost, SegmentHeader.AREA, device, SegmentHeader.AREA, device.length - SegmentHeader.AREA);
    other.killProcess();
    other.dropCache();
    Journal next = Journal.open(other, SMALL, List.of("slack"), clock(), random);
    assertThat(texts(next, IN)).isEmpty();
    assertThat(texts(open(SMALL), IN)).as("where it belongs").containsExactly("ghost");
  }

  @Test
  void whatWasAcceptedLastIsKnownAfterAStartAlsoIfItIsAnsweredForButNotWhatNeverBecameWhole()
      throws IOException {
    Journal journal = open(SMALL);
    journal.acknowledge(IN, append(journal, IN, "answered for"));
    long whole = journal.append(IN, 0, true, ByteBuffer.wrap("whole, ".getBytes(US_ASCII)));
    journal.append(IN, whole, false, ByteBuffer.wrap("in parts".getBytes(US_ASCII)));
    append(journal, OUT, "owed");
    journal.append(IN, 0, true, ByteBuffer.wrap("half".getBytes(US_ASCII)));
    settle(journal);
    disk.killProcess();
    Journal next = open(SMALL);
    assertThat(next.takeRecent())
        .extracting(JournalTest::text)
        .containsExactly("answered for", "whole, ", "owed");
    assertThat(next.takeRecent()).isEmpty();
  }

  @Test
  void aMessageThatWasDecidedOnAMomentAgoIsNotCopiedBehindTheDecision() throws IOException {
    Journal journal = open(SMALL);
    long pinned = append(journal, IN, "pins the oldest segment");
    journal.turn();
    // All that follows is answered for at once, until the disk is so full that copying begins.
    while (journal.pressure().compareTo(DiskPressure.COPYING) < 0) {
      long lsn = append(journal, IN, "x".repeat(4000));
      journal.acknowledge(IN, lsn);
      CompletableFuture<Void> decided =
          journal
              .statistics()
              .thenAccept(_ -> {
                // On the writer's thread, between a commit and what it does besides.
                if (journal.pressure().compareTo(DiskPressure.COPYING) >= 0) {
                  acknowledge(journal, pinned);
                }
              });
      journal.turn();
      assertThat(decided).isCompleted();
    }
    settle(journal);
    disk.killProcess();
    assertThat(texts(open(SMALL), IN)).isEmpty();
  }

  private static void acknowledge(Journal journal, long message) {
    try {
      journal.acknowledge(IN, message);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Test
  void nobodyIsToldAcceptedBeforeTheSync() throws IOException {
    Journal journal = open(SMALL);
    long lsn = append(journal, IN, "one");
    assertThat(journal.committed()).isLessThan(lsn);
    journal.turn();
    assertThat(journal.committed()).isGreaterThanOrEqualTo(lsn);
    disk.cutPower();
    assertThat(texts(open(SMALL), IN)).containsExactly("one");
  }

  @Test
  void acknowledgementsAreWrittenWithoutASync() throws Exception {
    Journal journal = open(SMALL);
    long lsn = append(journal, IN, "one");
    journal.turn();
    long forces = ask(journal, journal.statistics()).forces();
    journal.acknowledge(IN, lsn);
    journal.turn();
    assertThat(ask(journal, journal.statistics()).forces()).isEqualTo(forces);
    disk.killProcess();
    assertThat(texts(open(SMALL), IN)).isEmpty();
  }

  @Test
  void aFailedSyncEndsTheJournalForEverybodyAndIsNeverTriedAgain() throws Exception {
    Journal journal = open(SMALL);
    append(journal, IN, "one");
    CompletableFuture<List<DeadLetter>> asked = journal.deadLetters();
    disk.failSyncAfter(1);
    assertThatThrownBy(journal::turn).isInstanceOf(IOException.class);
    assertThatThrownBy(asked::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("Input/output error");
    assertThatThrownBy(() -> append(journal, IN, "two")).isInstanceOf(JournalFailedException.class);
    assertThatThrownBy(() -> journal.awaitCommitted(Long.MAX_VALUE))
        .isInstanceOf(JournalFailedException.class);
    assertThatThrownBy(journal::turn).isInstanceOf(JournalFailedException.class);
  }

  @Test
  void intervalSyncsWhenItIsDueAndNoneNever() throws Exception {
    Journal journal = open(JournalModel.with(new Durability.Interval(Duration.ofMillis(50))));
    append(journal, IN, "one");
    journal.turn();
    assertThat(journal.durableLsn()).isZero();
    now = now.plusMillis(51);
    journal.turn();
    assertThat(journal.durableLsn()).isEqualTo(journal.committed());

    Journal careless =
        Journal.open(
            new SimulatedDisk(random, 1 << 24),
            JournalModel.with(new Durability.None()),
            List.of("slack"),
            clock(),
            random);
    append(careless, IN, "one");
    careless.turn();
    now = now.plusSeconds(3600);
    careless.turn();
    assertThat(careless.committed()).isPositive();
    assertThat(careless.durableLsn()).isZero();
  }

  @Test
  void aFullDiskRefusesMessagesAndGoesOnWhenTheyAreAcknowledged() throws Exception {
    Journal journal = open(SMALL);
    List<Long> accepted = fill(journal);
    assertThat(journal.pressure()).isEqualTo(DiskPressure.FULL);
    for (long lsn : accepted) {
      journal.acknowledge(IN, lsn);
      journal.turn();
    }
    assertThat(journal.pressure()).isEqualTo(DiskPressure.NORMAL);
    append(journal, IN, "again");
    journal.turn();
    assertThat(texts(journal, IN)).containsExactly("again");
  }

  @Test
  void afterACrashOnAFullDiskDrainingMakesRoomForTheNextSegment() throws Exception {
    Journal journal = open(SMALL);
    List<Long> accepted = fill(journal);
    disk.cutPower();
    SimulatedDisk full = disk;
    full.limit();
    Journal next = open(SMALL);
    assertThat(next.pressure()).isEqualTo(DiskPressure.FULL);
    assertThatThrownBy(() -> append(next, IN, "x")).isInstanceOf(JournalFullException.class);
    for (long lsn : accepted) {
      next.acknowledge(IN, lsn);
      next.turn();
    }
    append(next, IN, "again");
    next.turn();
    assertThat(texts(next, IN)).containsExactly("again");
  }

  @Test
  void afterACrashOnAFullDiskTheWriterDoesNotSpinUntilThereIsRoom() throws Exception {
    List<Long> accepted = fill(open(SMALL));
    disk.cutPower();
    disk.limit();
    AtomicInteger turns = new AtomicInteger();
    InstantSource counting =
        () -> {
          turns.incrementAndGet();
          return now;
        };
    try (Journal next = Journal.open(disk, SMALL, List.of("slack"), counting, random)) {
      next.start(() -> {}, failure -> {});
      next.attempt(IN, accepted.getFirst(), 1);
      // As long as a bus may stand there before its runtime answers; a busy machine turns less.
      Awaitility.await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(turns).hasValueLessThan(200));
      for (long lsn : accepted) {
        next.acknowledge(IN, lsn);
      }
      assertThat(next.count(IN).join()).isZero();
    }
  }

  @Test
  void oneMessageThatNobodyCollectsDoesNotPinTheDisk() throws Exception {
    Journal journal = open(SMALL);
    long stuck = append(journal, OUT, "stuck");
    journal.attempt(OUT, stuck, 3);
    for (int i = 0; i < 2000; i++) {
      long lsn = append(journal, IN, "x".repeat(1000));
      journal.turn();
      journal.acknowledge(IN, lsn);
      journal.turn();
    }
    assertThat(journal.pressure()).isLessThan(DiskPressure.FULL);
    disk.cutPower();
    Journal next = open(SMALL);
    List<Part> found = ask(next, next.next(OUT, 0, 10, 1000));
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().origin()).isEqualTo(stuck);
    assertThat(found.getFirst().attempts()).isEqualTo(3);
  }

  @Test
  void aDeadLetterIsListedShownAndPurgedAndTheMessageIsNoLongerOwed() throws Exception {
    Journal journal = open(SMALL);
    long lsn = append(journal, IN, "hopeless");
    journal.bury(IN, lsn, 5, "the runtime never answered");
    settle(journal);
    disk.cutPower();
    Journal next = open(SMALL);
    DeadLetter letter = ask(next, next.deadLetters()).getFirst();
    assertThat(letter)
        .isEqualTo(new DeadLetter(letter.id(), IN, 5, now, "the runtime never answered", 8));
    assertThat(ask(next, next.count(IN))).isZero();
    List<Long> parts = ask(next, next.deadLetterParts(letter.id()));
    assertThat(text(ask(next, next.deadLetterPart(parts.getFirst())).orElseThrow()))
        .isEqualTo("hopeless");
    assertThat(ask(next, next.purge(List.of(letter.id(), 999L)))).isEqualTo(1);
    disk.cutPower();
    Journal last = open(SMALL);
    assertThat(ask(last, last.deadLetters())).isEmpty();
  }

  @Test
  void deadLettersExpireByNumberAndByAgeAndAreCounted() throws Exception {
    Journal journal = open(SMALL);
    for (int i = 0; i < SMALL.deadLetterLimit() + 3; i++) {
      long lsn = append(journal, IN, "hopeless " + i);
      journal.bury(IN, lsn, 5, "reason " + i);
      settle(journal);
    }
    assertThat(ask(journal, journal.deadLetters())).hasSize(SMALL.deadLetterLimit());
    assertThat(ask(journal, journal.deadLetters()).getFirst().reason()).isEqualTo("reason 3");
    now = now.plus(SMALL.deadLetterAge()).plusSeconds(1);
    settle(journal);
    JournalStatistics statistics = ask(journal, journal.statistics());
    assertThat(statistics.deadLetters()).isZero();
    assertThat(statistics.deadLettersExpired()).isEqualTo(SMALL.deadLetterLimit() + 3);
  }

  @Test
  void channelsKeepTheirNumbersAsLongAsSomethingIsOwedToThem() throws Exception {
    Journal journal = open(SMALL, "slack", "discord");
    assertThat(journal.channels()).containsEntry(0, "discord").containsEntry(1, "slack");
    append(journal, new Lane(1, false), "for slack");
    assertThat(ask(journal, journal.statistics()).endedInOrder()).isTrue();
    journal.close();
    assertThat(open(SMALL, "webhook").channels())
        .containsEntry(0, "webhook")
        .containsEntry(1, "slack")
        .hasSize(2);
  }

  @Test
  void aStartKnowsWhetherTheProcessBeforeItSaidGoodBye() throws Exception {
    Journal journal = open(SMALL);
    append(journal, IN, "one");
    journal.close();
    Journal next = open(SMALL);
    assertThat(ask(next, next.statistics()).endedInOrder()).isTrue();
    append(next, IN, "two");
    next.turn();
    Journal last = open(SMALL);
    assertThat(ask(last, last.statistics()).endedInOrder()).isFalse();
  }

  @Test
  void manyProducersShareSyncsOnARealDiskAndAnInterruptHurtsNobody(@TempDir Path folder)
      throws Exception {
    JournalOptions options = JournalOptions.forVolume(new Durability.Always(), 64 << 20);
    List<Long> lsns = new ArrayList<>();
    AtomicInteger told = new AtomicInteger();
    try (Journal journal =
        Journal.open(new FileDisk(folder), options, List.of("slack"), clock(), random)) {
      List<Throwable> failures = new ArrayList<>();
      journal.start(told::incrementAndGet, failures::add);
      Thread writer =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("journal"))
              .findFirst()
              .orElseThrow();
      List<Thread> producers = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        producers.add(Thread.ofPlatform().start(() -> produce(journal, 200, lsns)));
      }
      writer.interrupt();
      for (Thread producer : producers) {
        producer.join();
      }
      JournalStatistics statistics = journal.statistics().get(10, TimeUnit.SECONDS);
      assertThat(failures).isEmpty();
      assertThat(statistics.messages()).isEqualTo(3200);
      assertThat(statistics.commits()).isLessThan(3200);
    }
    assertThat(told).hasPositiveValue();
    try (Journal again =
        Journal.open(new FileDisk(folder), options, List.of("slack"), clock(), random)) {
      again.start(() -> {}, failure -> {});
      assertThat(again.count(IN).get(10, TimeUnit.SECONDS)).isEqualTo(3200);
      assertThat(again.next(IN, 0, 5000, 1 << 20).get(10, TimeUnit.SECONDS))
          .extracting(Part::origin)
          .containsExactlyElementsOf(lsns.stream().sorted().toList());
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isNotEmpty();
    }
  }

  private static void produce(Journal journal, int count, List<Long> lsns) {
    try {
      for (int i = 0; i < count; i++) {
        long lsn = append(journal, IN, "message " + i);
        journal.awaitCommitted(lsn);
        synchronized (lsns) {
          lsns.add(lsn);
        }
      }
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  /** Appends until nothing more is taken. */
  private static List<Long> fill(Journal journal) throws IOException {
    List<Long> accepted = new ArrayList<>();
    try {
      while (true) {
        accepted.add(append(journal, IN, "x".repeat(3000)));
        journal.turn();
      }
    } catch (JournalFullException full) {
      return accepted;
    }
  }

  private Journal open(JournalOptions options, String... channels) throws IOException {
    List<String> names = channels.length == 0 ? List.of("slack") : List.of(channels);
    return Journal.open(disk, options, names, clock(), random);
  }

  private InstantSource clock() {
    return () -> now;
  }

  private void delete(String name) {
    try {
      disk.delete(name);
      disk.syncDirectory();
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void settle(Journal journal) throws IOException {
    while (journal.turn()) {
      // Until there is nothing left to do.
    }
  }

  private static long append(Journal journal, Lane lane, String text) throws IOException {
    return journal.append(lane, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Journal journal, Lane lane) throws IOException {
    return ask(journal, journal.next(lane, 0, 1000, 1 << 20)).stream()
        .map(JournalTest::text)
        .toList();
  }

  private static String text(Part part) {
    return StandardCharsets.UTF_8.decode(part.content().duplicate()).toString();
  }

  private static <T> T ask(Journal journal, CompletableFuture<T> answer) throws IOException {
    journal.turn();
    return answer.join();
  }

  private static int firstDifference(byte[] one, byte[] other) {
    int at = 0;
    while (one[at] == other[at]) {
      at++;
    }
    return at;
  }

  private static int lastDifference(byte[] one, byte[] other) {
    int at = one.length - 1;
    while (one[at] == other[at]) {
      at--;
    }
    return at;
  }
}
