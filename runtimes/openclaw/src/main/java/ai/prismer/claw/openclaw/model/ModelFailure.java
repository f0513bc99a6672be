package ai.prismer.claw.openclaw.model;

import java.time.Duration;
import java.util.Optional;

/** The model gave no complete answer. The message is fit for a client: it holds no key. */
public final class ModelFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** What a client can do about it; the words are protocol 4's {@code errorKind}. */
  public enum Kind {
    /** The endpoint asks for patience. */
    RATE_LIMIT("rate_limit"),
    /** The endpoint did not answer in time. */
    TIMEOUT("timeout"),
    /** The model would not answer, or had nothing to say. */
    REFUSAL("refusal"),
    /** Everything else. */
    UNKNOWN("unknown");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word on the wire. */
    public String word() {
      return word;
    }
  }

  private final Kind kind;
  private final boolean retryable;
  private final transient Optional<Duration> retryAfter;

  private ModelFailure(
      Kind kind, String message, boolean retryable, Optional<Duration> retryAfter) {
    super(message);
    this.kind = kind;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }

  /** A failure that the same request would meet again. */
  static ModelFailure lasting(Kind kind, String message) {
    return new ModelFailure(kind, message, false, Optional.empty());
  }

  /** A failure that may be gone at the next try, at the earliest after the time given. */
  static ModelFailure passing(Kind kind, String message, Optional<Duration> retryAfter) {
    return new ModelFailure(kind, message, true, retryAfter);
  }

  /** What a client can do about it. */
  public Kind kind() {
    return kind;
  }

  /** Whether the same request may succeed later. */
  boolean retryable() {
    return retryable;
  }

  /** How long the endpoint asked to wait. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
