package ai.prismer.claw.channel.vendor;

import java.nio.file.Path;
import java.time.Duration;

/**
 * One channel as configured, as far as it is the same for every service.
 *
 * @param name of the channel, as the bus knows it
 * @param takesIn whether people are listened to; the channel is not outbound
 * @param givesOut whether answers go out; the channel is not inbound
 * @param socket the bus's
 * @param port of the probes and metrics, 0 for any
 * @param streaming whether an answer is shown while it is made
 * @param editInterval between two replacements of the message of one answer
 */
public record SidecarSettings(
    String name,
    boolean takesIn,
    boolean givesOut,
    Path socket,
    int port,
    boolean streaming,
    Duration editInterval) {}
