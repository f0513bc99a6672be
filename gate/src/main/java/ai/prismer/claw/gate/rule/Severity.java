package ai.prismer.claw.gate.rule;

import java.util.Optional;

/** How urgent a signal is; a later constant is more urgent. */
public enum Severity {
  /** Worth knowing. */
  LOW("Low"),
  /** The agent still works, but not for long or not well. */
  MEDIUM("Medium"),
  /** The agent does not work. */
  HIGH("High"),
  /** Healing itself has come to its end; no signal has this unless it is configured so. */
  CRITICAL("Critical");

  private final String id;

  Severity(String id) {
    this.id = id;
  }

  /** The name in configuration, status and escalations. */
  public String id() {
    return id;
  }

  /** The severity of this exact name. */
  public static Optional<Severity> of(String id) {
    for (Severity severity : values()) {
      if (severity.id.equals(id)) {
        return Optional.of(severity);
      }
    }
    return Optional.empty();
  }
}
