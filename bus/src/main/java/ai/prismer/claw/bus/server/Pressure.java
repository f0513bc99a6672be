package ai.prismer.claw.bus.server;

import java.util.Locale;

/** How far a channel is slowed down; a later constant is slower. */
public enum Pressure {
  /** Not at all. */
  NORMAL,
  /** More is owed than its low watermark. */
  DEGRADED,
  /** Nothing more is taken from its sidecar. */
  BLOCKED;

  /** The word for people. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
