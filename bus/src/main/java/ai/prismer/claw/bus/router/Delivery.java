package ai.prismer.claw.bus.router;

import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.contract.Envelope;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to deliver a message.
 *
 * @param message lsn by which the message is known
 * @param lane where it is going
 * @param serial tells it from every other delivery of the lane in this process
 * @param attempt number of this attempt, from 1; one that reached nobody does not count
 * @param more whether {@code content} is only the message's first part
 * @param content its bytes, to be read and not changed
 * @param envelope what stands in it, if that was read already
 */
public record Delivery(
    long message,
    Lane lane,
    long serial,
    int attempt,
    boolean more,
    ByteBuffer content,
    @Nullable Envelope envelope) {}
