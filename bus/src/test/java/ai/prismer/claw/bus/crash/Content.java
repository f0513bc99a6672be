package ai.prismer.claw.bus.crash;

import java.util.Random;

/** What a message says; each side works it out from its id, on its own. */
final class Content {
  private Content() {}

  /** The text of message {@code id}: up to 2,000 letters, at times 300,000. */
  static String text(String id) {
    Random random = new Random(id.hashCode());
    int length = random.nextInt(100) == 0 ? 300_000 : random.nextInt(2000);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
