package ai.prismer.claw.bus.crash;

import ai.prismer.claw.bus.framing.EnvelopeReader;
import ai.prismer.claw.bus.framing.PayloadReader;
import ai.prismer.claw.bus.journal.DeadLetter;
import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.journal.FileDisk;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.JournalOptions;
import ai.prismer.claw.bus.journal.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The dead letters in the journal of a bus that has ended. */
record DeadLetters(BusProcess bus) {
  void into(Ledger ledger) throws Exception {
    try (Journal journal =
        Journal.open(
            new FileDisk(bus.journal()),
            JournalOptions.forVolume(new Durability.Always(), (long) bus.journalMebibytes() << 20),
            bus.channels(),
            InstantSource.system(),
            RandomGenerator.getDefault())) {
      journal.start(
          () -> {},
          failure -> {
            throw new IllegalStateException(failure);
          });
      for (DeadLetter letter : journal.deadLetters().get()) {
        byte[] frame = frame(journal, letter);
        ledger.buried(
            new EnvelopeReader().read(ByteBuffer.wrap(frame)).id(),
            PayloadReader.read(new ByteArrayInputStream(frame)).getOrDefault("text", ""));
      }
    }
  }

  private static byte[] frame(Journal journal, DeadLetter letter) throws Exception {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    for (long lsn : journal.deadLetterParts(letter.id()).get()) {
      Part part = journal.deadLetterPart(lsn).get().orElseThrow();
      byte[] bytes = new byte[part.content().remaining()];
      part.content().get(0, bytes);
      frame.write(bytes);
    }
    return frame.toByteArray();
  }
}
