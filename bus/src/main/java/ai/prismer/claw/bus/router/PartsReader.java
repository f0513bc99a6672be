package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.framing.EnvelopeReader;
import ai.prismer.claw.bus.framing.FrameException;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.contract.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the envelope of a frame whose parts lie on the disk already, all but the last. */
final class PartsReader {
  /** Told of the outcome, on the reading thread. */
  interface Outcome {
    /** One of them is there, and not the other. */
    void read(@Nullable Envelope envelope, @Nullable FrameException malformed);
  }

  private PartsReader() {}

  /**
   * Begins to read, on a thread of its own, once the earlier parts are committed. Nothing is told
   * when the journal fails meanwhile: it has said so where that ends the process.
   */
  static void read(
      Journal journal, List<Long> earlier, ByteBuffer last, EnvelopeReader reader, Outcome then) {
    Thread.ofVirtual()
        .name("long-frame")
        .start(() -> {
          try {
            journal.awaitCommitted(earlier.getLast());
            then.read(reader.read(new PartsInputStream(journal, earlier, last.duplicate())), null);
          } catch (FrameException malformed) {
            then.read(null, malformed);
          } catch (IOException failed) {
            // Said elsewhere.
          }
        });
  }
}
