package ai.prismer.claw.api.status;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far a bus slows a channel down; a later constant is slower. */
public enum Pressure {
  /** Not at all. */
  @JsonProperty("normal")
  NORMAL,

  /** More is owed than its low watermark; everything is still taken. */
  @JsonProperty("degraded")
  DEGRADED,

  /** Nothing more is taken from its sidecar until some of what is owed is delivered. */
  @JsonProperty("blocked")
  BLOCKED
}
