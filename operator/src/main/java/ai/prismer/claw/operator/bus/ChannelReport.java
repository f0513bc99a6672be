package ai.prismer.claw.operator.bus;

import ai.prismer.claw.api.status.Pressure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a bus says of one channel.
 *
 * @param awaySince since when its sidecar has not been connected at any look; null while it is
 * @param pressure how far the channel is slowed down; null while that changes from look to look
 * @param deadLetters messages of it that were given up and are kept
 */
public record ChannelReport(
    @Nullable Instant awaySince, @Nullable Pressure pressure, long deadLetters) {}
