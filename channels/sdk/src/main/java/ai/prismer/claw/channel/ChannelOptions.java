package ai.prismer.claw.channel;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a channel talks to the bus.
 *
 * @param name of the channel, as the bus knows it
 * @param socket the bus's
 * @param bufferMessages messages that may wait for the bus's acknowledgement, sent or not; one more
 *     is refused with {@link BusyException}
 * @param bufferBytes the same, in bytes
 * @param longestFrame bytes of the longest message that is taken from the bus; a longer one is
 *     refused to it, for good
 * @param ratePerSecond messages a second that may be sent on average; one more is refused with
 *     {@link BusyException}
 * @param burst messages that may be sent at once
 * @param streams what is shown of an answer before it is complete
 */
public record ChannelOptions(
    String name,
    Path socket,
    int bufferMessages,
    long bufferBytes,
    int longestFrame,
    double ratePerSecond,
    int burst,
    StreamStrategy streams) {

  /** Refuses what could never send. */
  public ChannelOptions {
    if (bufferMessages < 1 || bufferBytes < 1 || longestFrame < 1024) {
      throw new IllegalArgumentException(
          "buffer of %d messages and %d bytes, frames of %d bytes"
              .formatted(bufferMessages, bufferBytes, longestFrame));
    }
    if (!(ratePerSecond > 0) || burst < 1) {
      throw new IllegalArgumentException(ratePerSecond + " messages a second, burst " + burst);
    }
  }

  /** What is usual: 256 messages, 4 MiB, 50 a second with bursts of 100, complete answers only. */
  public static ChannelOptions of(String name, Path socket) {
    return new ChannelOptions(
        name, socket, 256, 4 << 20, 1 << 20, 50, 100, new StreamStrategy.WaitComplete());
  }

  /** The same with another strategy. */
  public ChannelOptions with(StreamStrategy strategy) {
    return new ChannelOptions(
        name, socket, bufferMessages, bufferBytes, longestFrame, ratePerSecond, burst, strategy);
  }

  /** The same with another rate. */
  public ChannelOptions withRate(double perSecond, int atOnce) {
    return new ChannelOptions(
        name, socket, bufferMessages, bufferBytes, longestFrame, perSecond, atOnce, streams);
  }

  /** How often a piece may be shown at most, of an answer that is being made. */
  Duration flushInterval() {
    return streams instanceof StreamStrategy.BufferFlush(Duration interval)
        ? interval
        : Duration.ZERO;
  }
}
