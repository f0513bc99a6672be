package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.framing.PayloadReader;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** What a person asks, for a runtime that reads no envelopes. */
final class Question {
  private Question() {}

  /**
   * The text of a turn; may wait for the disk. Empty if there is none, which the bus has then been
   * told: no attempt could end otherwise.
   */
  static Optional<String> of(Outgoing turn, BridgeEvents events) {
    try (InputStream body = turn.body().open()) {
      String text = PayloadReader.read(body).getOrDefault("text", "");
      if (!text.isBlank()) {
        return Optional.of(text);
      }
      events.failed(turn, "the message has no text", false);
    } catch (IOException unreadable) {
      events.failed(turn, "the message cannot be read", false);
    }
    return Optional.empty();
  }
}
