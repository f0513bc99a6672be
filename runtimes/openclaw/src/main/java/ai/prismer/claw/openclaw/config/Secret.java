package ai.prismer.claw.openclaw.config;

import java.util.Objects;

/**
 * A value that must not appear in a log, an error or an answer. Only {@link #reveal} gives it away,
 * so that whoever reads the code can list the places where it leaves.
 */
public final class Secret {
  private final String value;

  /** Wraps a value. */
  public Secret(String value) {
    this.value = value;
  }

  /** The value itself. */
  public String reveal() {
    return value;
  }

  /** The text without this secret, for words that come from outside and might repeat it. */
  public String scrub(String text) {
    return value.isEmpty() ? text : text.replace(value, "***");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }

  @Override
  public String toString() {
    return "***";
  }
}
