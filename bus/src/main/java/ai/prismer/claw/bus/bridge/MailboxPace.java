package ai.prismer.claw.bus.bridge;

import java.time.Duration;

/**
 * How often a mailbox is looked into, and what its being quiet for so long means.
 *
 * @param idle between two looks while nobody waits for an answer
 * @param working between two looks while somebody does
 * @param settle after which an answer is whole: the runner says that it has done with a question
 *     before it writes the answer, and nothing says which message is the last
 * @param silence after which there will be no answer to what the runner has done with; it asks the
 *     model once more when that wrote to nobody
 * @param stall after which a runner that has not taken a question is away
 */
public record MailboxPace(
    Duration idle, Duration working, Duration settle, Duration silence, Duration stall) {
  /** The runner itself looks every half second to second. */
  public static final MailboxPace DEFAULT =
      new MailboxPace(
          Duration.ofSeconds(1),
          Duration.ofMillis(250),
          Duration.ofMillis(1500),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60));
}
