package ai.prismer.claw.bus.journal;

import java.time.Instant;

/**
 * A message that could not be delivered.
 *
 * @param id by which it is shown, replayed and purged
 * @param lane where it was going
 * @param attempts how often delivery was tried
 * @param died when it was given up
 * @param reason why
 * @param bytes of the message
 */
public record DeadLetter(
    long id, Lane lane, int attempts, Instant died, String reason, long bytes) {}
