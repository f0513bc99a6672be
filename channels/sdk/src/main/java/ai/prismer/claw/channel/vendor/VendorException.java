package ai.prismer.claw.channel.vendor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The service did not do what it was asked. */
public final class VendorException extends Exception {
  private static final long serialVersionUID = 1;

  /** What that means for another attempt. */
  public enum Kind {
    /** Not now: too many requests, or no connection yet. It says how long to wait. */
    LATER,
    /** Nobody knows whether it was done: the connection broke, or the service has a fault. */
    BROKEN,
    /** Never, asked like this. */
    REFUSED,
    /** The message that was to be replaced is not there any more. */
    GONE,
    /** The credentials are wrong, or lack a right: nothing but a person can mend that. */
    CREDENTIALS
  }

  static final String RATE_LIMITED = "rate_limited";

  private final Kind kind;
  private final String code;
  private final Duration wait;

  private VendorException(Kind kind, String code, Duration wait, @Nullable Throwable cause) {
    super(code, cause);
    this.kind = kind;
    this.code = code;
    this.wait = wait;
  }

  /**
   * Without a time to wait.
   *
   * @param code the service's word for it, or ours; never with a secret in it
   */
  public static VendorException of(Kind kind, String code) {
    return new VendorException(kind, code, Duration.ZERO, null);
  }

  /** Too many requests; come back after {@code wait}. */
  public static VendorException later(Duration wait) {
    return new VendorException(Kind.LATER, RATE_LIMITED, wait, null);
  }

  /** There is no connection yet; come back after {@code wait}. */
  public static VendorException notConnected(Duration wait) {
    return new VendorException(Kind.LATER, "not_connected", wait, null);
  }

  /** The connection broke. */
  public static VendorException broken(String code, @Nullable Throwable cause) {
    return new VendorException(Kind.BROKEN, code, Duration.ZERO, cause);
  }

  /** What it means for another attempt. */
  public Kind kind() {
    return kind;
  }

  /** The word for it. */
  public String code() {
    return code;
  }

  /** How long to wait; zero if the service did not say. */
  public Duration waitFor() {
    return wait;
  }
}
