package ai.prismer.claw.bus.server;

/**
 * One channel as configured.
 *
 * @param name of the channel
 * @param mode which way its messages may go
 * @param inFlight deliveries at once in each direction; 1 keeps the order also when one is retried
 * @param bufferSize messages in the journal that the watermarks refer to, and in memory at most
 * @param highWatermark part of {@code bufferSize}, 0 to 1, at which the channel is throttled
 * @param lowWatermark part of it at which that ends; below {@code highWatermark}
 */
public record ChannelSettings(
    String name,
    ChannelMode mode,
    int inFlight,
    int bufferSize,
    double highWatermark,
    double lowWatermark) {

  /** Refuses what cannot work. */
  public ChannelSettings {
    if (!name.matches("[a-z0-9]([-a-z0-9.]{0,53}[a-z0-9])?")) {
      throw new IllegalArgumentException("the channel name \"" + name + "\" is not a DNS name");
    }
    if (inFlight < 1 || bufferSize < 16 || bufferSize < inFlight || bufferSize > 65_536) {
      throw new IllegalArgumentException(
          "channel " + name + ": in flight " + inFlight + ", buffer " + bufferSize);
    }
    if (lowWatermark < 0 || lowWatermark >= highWatermark || highWatermark > 1) {
      throw new IllegalArgumentException(
          "channel " + name + ": watermarks " + lowWatermark + " and " + highWatermark);
    }
  }

  /** A channel with what is usual. */
  public static ChannelSettings of(String name) {
    return new ChannelSettings(name, ChannelMode.BIDIRECTIONAL, 1, 1024, 0.8, 0.3);
  }

  long high() {
    return (long) (bufferSize * highWatermark);
  }

  long low() {
    return (long) (bufferSize * lowWatermark);
  }
}
