package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.random.RandomGenerator;

/**
 * A turn as one POST whose answer is streamed as server-sent events. Status 200 alone is no answer,
 * and neither is an empty one.
 */
abstract class StreamedTurnBridge extends HttpTurnBridge {
  StreamedTurnBridge(String name, URI base, Token token, RandomGenerator random) {
    super(name, base, token, random);
  }

  /** What reads the answer, and passes its pieces on. */
  abstract AnswerReader reader(Outgoing turn);

  @Override
  void taken(Outgoing turn, String question, int status, InputStream body) throws IOException {
    if (status != 200) {
      refused(turn, status);
      return;
    }
    AnswerReader reader = reader(turn);
    stream(body, reader);
    if (!reader.isComplete() && reader.failure().isEmpty()) {
      events().unknown(turn, "the answer broke off");
    } else {
      settle(turn, question, reader);
    }
  }
}
