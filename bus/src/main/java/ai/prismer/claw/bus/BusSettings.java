package ai.prismer.claw.bus;

import ai.prismer.claw.bus.journal.Durability;
import ai.prismer.claw.bus.router.RetryPolicy;
import ai.prismer.claw.bus.server.ChannelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What one bus is to do.
 *
 * @param channels at least one, with different names
 * @param channelsDir folder of their sockets, one folder each
 * @param peerUsers who may come through them; empty for everybody
 * @param journalDir folder of the journal
 * @param journalBytes of its volume, what may be used
 * @param durability when what was accepted is on the device
 * @param retries how often delivery is tried
 * @param turnLimit how long an answer may take
 * @param grace how long a stop may take
 * @param roundsPerSecond how often in the long run it looks for work; 0 for any number
 */
public record BusSettings(
    List<ChannelSettings> channels,
    Path channelsDir,
    Set<String> peerUsers,
    Path journalDir,
    long journalBytes,
    Durability durability,
    RetryPolicy retries,
    Duration turnLimit,
    Duration grace,
    int roundsPerSecond) {}
