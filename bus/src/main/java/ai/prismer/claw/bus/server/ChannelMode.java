package ai.prismer.claw.bus.server;

import java.util.Locale;

/** Which way a channel's messages may go. Held by the bus, whatever the sidecar believes. */
public enum ChannelMode {
  /** To the runtime only. */
  INBOUND,
  /** From the runtime only. */
  OUTBOUND,
  /** Both ways. */
  BIDIRECTIONAL;

  /** The word of the configuration. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the sidecar may send. */
  public boolean takesIn() {
    return this != OUTBOUND;
  }

  /** Whether the runtime may send to it. */
  public boolean givesOut() {
    return this != INBOUND;
  }
}
