package ai.prismer.claw.bus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Uses a journal at random and knows, independently of it, what it must and what it may hold.
 *
 * <p>One thread does everything, so a seed decides every step.
 */
final class JournalModel {
  static final JournalOptions OPTIONS =
      new JournalOptions(
          new Durability.Always(),
          48 * 1024,
          16 * 1024,
          8 * 48 * 1024,
          3 * 48 * 1024,
          40,
          Duration.ofDays(7));

  /** {@link #OPTIONS} with another promise. */
  static JournalOptions with(Durability durability) {
    return new JournalOptions(
        durability,
        OPTIONS.segmentBytes(),
        OPTIONS.batchBytes(),
        OPTIONS.budgetBytes(),
        OPTIONS.deadLetterBytes(),
        OPTIONS.deadLetterLimit(),
        OPTIONS.deadLetterAge());
  }

  /** What is known of one message. */
  private static final class Known {
    final Lane lane;
    final byte[] content;

    /** Was called accepted. */
    boolean accepted;

    /** Was acknowledged; the journal may forget it. */
    boolean acknowledged;

    /** The acknowledgement has been written. */
    boolean acknowledgementWritten;

    /** The acknowledgement is on the device. */
    boolean acknowledgementDurable;

    boolean buried;
    boolean burialDurable;
    int attempts;
    int attemptsWritten;
    boolean decidedOnFullDisk;
    long lastLsn;

    Known(Lane lane, byte[] content) {
      this.lane = lane;
      this.content = content;
    }

    boolean isUndecidedOnDisk() {
      return (acknowledged && !acknowledgementWritten)
          || (buried && !burialDurable)
          || attempts != attemptsWritten;
    }
  }

  private final Random random;
  private final SimulatedDisk disk;
  private final JournalOptions options;
  private final TreeMap<Long, Known> messages = new TreeMap<>();
  private final Map<String, byte[]> letters = new HashMap<>();
  private @Nullable Journal opened;
  private boolean buries = true;
  private int refused;

  /** What a batch says was durable that is durable itself. */
  private long provenDurable;

  JournalModel(Random random, SimulatedDisk disk, JournalOptions options) {
    this.random = random;
    this.disk = disk;
    this.options = options;
  }

  int refused() {
    return refused;
  }

  /** Gives up no message: letters are told apart by lsns, which a cut without syncs gives again. */
  void buryNothing() {
    buries = false;
  }

  private Journal journal() {
    return Objects.requireNonNull(opened, "not opened");
  }

  /** Opens the journal and compares it with what is known. */
  void open(boolean powerWasCut) throws IOException {
    openUnchecked();
    check(powerWasCut, Long.MAX_VALUE);
  }

  void openUnchecked() throws IOException {
    opened =
        Journal.open(
            disk,
            options,
            List.of("slack", "webhook"),
            () -> Instant.ofEpochMilli(1_800_000_000_000L),
            random);
  }

  /** Does {@code steps} random things. */
  void use(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> append();
        case 4 -> appendInParts();
        case 5, 6, 7, 8 -> acknowledge();
        case 9 -> attempt();
        case 10 -> {
          if (buries && random.nextInt(4) == 0) {
            bury();
          }
        }
        default -> turn();
      }
    }
  }

  private Lane randomLane() {
    return new Lane(random.nextInt(2), random.nextBoolean());
  }

  private byte[] randomContent(int bound) {
    byte[] content = new byte[random.nextInt(bound)];
    random.nextBytes(content);
    return content;
  }

  private void append() throws IOException {
    Known known = new Known(randomLane(), randomContent(2000));
    makeRoom();
    try {
      long lsn = journal().append(known.lane, ByteBuffer.wrap(known.content));
      known.lastLsn = lsn;
      messages.put(lsn, known);
    } catch (JournalFullException full) {
      refused++;
    }
  }

  private void appendInParts() throws IOException {
    Known known = new Known(randomLane(), randomContent(5000));
    int parts = random.nextInt(2, 5);
    long head = 0;
    int from = 0;
    boolean givenUp = random.nextInt(5) == 0;
    for (int i = 1; i <= parts; i++) {
      int to = i == parts ? known.content.length : from + (known.content.length - from) / 2;
      makeRoom();
      try {
        ByteBuffer part = ByteBuffer.wrap(Arrays.copyOfRange(known.content, from, to));
        boolean last = i == parts;
        if (last && givenUp) {
          throw new JournalFullException();
        }
        long lsn = journal().append(known.lane, head, !last, part);
        head = head == 0 ? lsn : head;
        known.lastLsn = lsn;
        if (last) {
          messages.put(head, known);
        }
      } catch (JournalFullException full) {
        refused += givenUp ? 0 : 1;
        if (head != 0) {
          journal().acknowledge(known.lane, head);
        }
        return;
      }
      from = to;
      if (random.nextInt(3) == 0) {
        turn();
      }
    }
  }

  /** One thread cannot wait for itself, so it commits before the buffer could be full. */
  private void makeRoom() throws IOException {
    if (random.nextInt(3) == 0 || ++uncommitted > 1) {
      turn();
    }
  }

  private int uncommitted;

  private void turn() throws IOException {
    uncommitted = 0;
    long durableBefore = journal().durableLsn();
    long commits = journal().commitCount();
    journal().turn();
    if (journal().commitCount() == commits) {
      // On a full disk decisions may never be written; a crash then takes them back.
      messages.values().forEach(known -> known.decidedOnFullDisk |= known.isUndecidedOnDisk());
      return;
    }
    long committed = journal().committed();
    boolean durable = journal().durableLsn() >= committed;
    if (durable) {
      provenDurable = durableBefore;
    }
    for (Known known : messages.values()) {
      known.accepted |= known.lastLsn <= committed;
      if (known.decidedOnFullDisk) {
        continue;
      }
      known.acknowledgementWritten |= known.acknowledged;
      known.attemptsWritten = known.attempts;
      known.acknowledgementDurable |= durable && known.acknowledged;
      known.burialDurable |= durable && known.buried;
    }
  }

  private Map.@Nullable Entry<Long, Known> randomOwed() {
    // Mostly old ones, as in life; some stay behind and pin their segment.
    List<Map.Entry<Long, Known>> owed =
        messages.entrySet().stream()
            .filter(m -> m.getValue().accepted && !m.getValue().acknowledged)
            .filter(m -> !m.getValue().buried && m.getKey() % 37 != 0)
            .limit(20)
            .toList();
    return owed.isEmpty() ? null : owed.get(random.nextInt(owed.size()));
  }

  private void acknowledge() throws IOException {
    Map.Entry<Long, Known> owed = randomOwed();
    if (owed != null) {
      makeRoom();
      journal().acknowledge(owed.getValue().lane, owed.getKey());
      owed.getValue().acknowledged = true;
    }
  }

  private void attempt() throws IOException {
    Map.Entry<Long, Known> owed = randomOwed();
    if (owed != null) {
      makeRoom();
      Known known = owed.getValue();
      known.attempts++;
      journal().attempt(known.lane, owed.getKey(), known.attempts);
    }
  }

  private void bury() throws IOException {
    Map.Entry<Long, Known> owed = randomOwed();
    if (owed != null) {
      makeRoom();
      Known known = owed.getValue();
      journal().bury(known.lane, owed.getKey(), known.attempts, "because " + owed.getKey());
      known.buried = true;
      letters.put("because " + owed.getKey(), known.content);
    }
  }

  /** Ends in order. */
  void close() throws IOException {
    long commits = journal().commitCount();
    journal().close();
    boolean written = journal().commitCount() > commits;
    for (Known known : messages.values()) {
      known.accepted |= known.lastLsn <= journal().committed();
      if (known.decidedOnFullDisk || !written) {
        continue;
      }
      known.acknowledgementWritten |= known.acknowledged;
      known.acknowledgementDurable |= known.acknowledged;
      known.burialDurable |= known.buried;
      known.attemptsWritten = known.attempts;
    }
  }

  long provenDurable() {
    return provenDurable;
  }

  /**
   * Compares what the journal holds with what it must and may hold, and then believes it.
   *
   * @param powerWasCut whether what was only written may be gone
   * @param mustHold lsn up to which accepted messages must be there
   */
  void check(boolean powerWasCut, long mustHold) throws IOException {
    List<String> lettersFound = lettersFound();
    Map<Long, Part> found = new TreeMap<>();
    for (int channel = 0; channel < 2; channel++) {
      for (boolean outbound : new boolean[] {false, true}) {
        read(new Lane(channel, outbound), found);
      }
    }
    for (Map.Entry<Long, Part> entry : found.entrySet()) {
      Known known = messages.get(entry.getKey());
      if (known == null) {
        throw new AssertionError("message " + entry.getKey() + " was never appended");
      }
      assertThat(content(entry.getKey())).as("message " + entry.getKey()).isEqualTo(known.content);
      assertThat(entry.getValue().lane()).isEqualTo(known.lane);
      // Decisions in a last batch that rotted are as lost as if the batch had been torn.
      boolean tailIsSound = mustHold == Long.MAX_VALUE;
      boolean forgotten =
          tailIsSound
              && (powerWasCut ? known.acknowledgementDurable : known.acknowledgementWritten);
      assertThat(forgotten).as("acknowledged message " + entry.getKey() + " is back").isFalse();
      assertThat(tailIsSound && known.burialDurable)
          .as("dead message " + entry.getKey() + " is back")
          .isFalse();
      assertThat(entry.getValue().attempts())
          .as("attempts of " + entry.getKey())
          .isBetween(powerWasCut ? 0 : known.attemptsWritten, known.attempts);
    }
    for (Map.Entry<Long, Known> entry : messages.entrySet()) {
      Known known = entry.getValue();
      boolean owed = known.accepted && !known.acknowledged && entry.getValue().lastLsn <= mustHold;
      if (owed && !known.buried) {
        assertThat(found).as("accepted message is lost").containsKey(entry.getKey());
      }
      if (owed && known.burialDurable && !journal().isDead(entry.getKey())) {
        assertThat(lettersFound).as("dead letter is lost").contains("because " + entry.getKey());
      }
    }
    believe(found);
  }

  private void believe(Map<Long, Part> found) {
    messages.keySet().retainAll(found.keySet());
    for (Map.Entry<Long, Part> entry : found.entrySet()) {
      Known known = Objects.requireNonNull(messages.get(entry.getKey()));
      known.accepted = true;
      known.acknowledged = false;
      known.acknowledgementWritten = false;
      known.buried = false;
      known.decidedOnFullDisk = false;
      known.attempts = entry.getValue().attempts();
      known.attemptsWritten = known.attempts;
    }
  }

  private void read(Lane lane, Map<Long, Part> found) throws IOException {
    long after = 0;
    while (true) {
      List<Part> parts = ask(journal().next(lane, after, 1 + random.nextInt(9), 20_000));
      if (parts.isEmpty()) {
        return;
      }
      for (Part part : parts) {
        assertThat(part.origin()).as("order of " + lane).isGreaterThan(after);
        after = part.origin();
        found.put(after, part);
      }
    }
  }

  private byte[] content(long message) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    List<Long> parts = ask(journal().partsOf(message));
    for (int i = 0; i < parts.size(); i++) {
      Part part = ask(journal().part(parts.get(i))).orElseThrow();
      assertThat(part.more()).isEqualTo(i < parts.size() - 1);
      content.writeBytes(bytes(part));
    }
    return content.toByteArray();
  }

  private List<String> lettersFound() throws IOException {
    while (journal().turn()) {
      // Until every dead message has been moved.
    }
    List<String> reasons = new ArrayList<>();
    for (DeadLetter letter : ask(journal().deadLetters())) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      for (long lsn : ask(journal().deadLetterParts(letter.id()))) {
        content.writeBytes(bytes(ask(journal().deadLetterPart(lsn)).orElseThrow()));
      }
      assertThat(content.toByteArray()).isEqualTo(letters.get(letter.reason()));
      assertThat(letter.bytes()).isEqualTo(content.size());
      reasons.add(letter.reason());
    }
    assertThat(reasons).as("letters are there once").doesNotHaveDuplicates();
    return reasons;
  }

  private static byte[] bytes(Part part) {
    byte[] bytes = new byte[part.content().remaining()];
    part.content().get(0, bytes);
    return bytes;
  }

  private <T> T ask(CompletableFuture<T> answer) throws IOException {
    journal().turn();
    return answer.join();
  }
}
