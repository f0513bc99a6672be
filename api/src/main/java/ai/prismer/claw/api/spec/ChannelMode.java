package ai.prismer.claw.api.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which way the messages of a channel may go, seen from the agent. */
public enum ChannelMode {
  /** To the agent only. */
  @JsonProperty("inbound")
  INBOUND("inbound"),

  /** From the agent only. */
  @JsonProperty("outbound")
  OUTBOUND("outbound"),

  /** Both ways. */
  @JsonProperty("bidirectional")
  BIDIRECTIONAL("bidirectional");

  private final String wireName;

  ChannelMode(String wireName) {
    this.wireName = wireName;
  }

  /** The mode as it stands in a spec and in the environment of bus and sidecar. */
  public String wireName() {
    return wireName;
  }

  /** Whether a channel of this mode may be used in the other. */
  public boolean allows(ChannelMode other) {
    return this == BIDIRECTIONAL || this == other;
  }
}
