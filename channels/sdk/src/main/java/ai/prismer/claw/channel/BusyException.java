package ai.prismer.claw.channel;

import java.time.Duration;

/**
 * The message was not taken: too many wait for the bus, or too many came at once. Nothing is kept
 * of it; who sent it has to be told to try again.
 */
public final class BusyException extends Exception {
  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  BusyException(String reason, Duration retryAfter) {
    super(reason);
    this.retryAfter = retryAfter;
  }

  /** When it is worth trying again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
