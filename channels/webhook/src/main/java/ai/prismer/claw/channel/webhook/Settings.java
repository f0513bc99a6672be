package ai.prismer.claw.channel.webhook;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One webhook channel as configured.
 *
 * @param name of the channel
 * @param takesIn whether requests are taken; the channel is not outbound
 * @param givesOut whether answers go out; the channel is not inbound
 * @param socket the bus's
 * @param port on which it listens, 0 for any
 * @param path of the requests, such as {@code /webhook}
 * @param secret what requests and callbacks are signed with
 * @param target where answers are POSTed, or null
 * @param headers of those requests
 * @param attempts to POST before the bus is told that it failed
 * @param privateTargets whether the target may have a private address
 * @param longestBody bytes of a request
 * @param longestWait for an answer, whatever the caller prefers
 * @param keep how long an answer waits to be fetched
 */
record Settings(
    String name,
    boolean takesIn,
    boolean givesOut,
    Path socket,
    int port,
    String path,
    Signature secret,
    @Nullable URI target,
    Map<String, String> headers,
    int attempts,
    boolean privateTargets,
    int longestBody,
    Duration longestWait,
    Duration keep) {}
