package ai.prismer.claw.openclaw.config;

/** A configuration the gateway cannot run with. The message is one line for a person to act on. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1;

  /** The message names the setting, what is wrong with it, and what is expected. */
  public ConfigurationException(String message) {
    super(message);
  }
}
