package ai.prismer.claw.gate.intent;

import ai.prismer.claw.gate.canonical.Digest;
import java.nio.charset.StandardCharsets;

/** What the parser made of an annotation's value. */
public sealed interface Parsed {
  /** Digest that names this value: equal texts have equal digests, and so have equal intents. */
  Digest digest();

  /**
   * An intent of the right shape. Whether it is allowed is the gate's business.
   *
   * @param intent what was asked for
   */
  record Valid(Intent intent) implements Parsed {
    @Override
    public Digest digest() {
      return intent.digest();
    }
  }

  /**
   * A value that is no intent.
   *
   * @param flaw which check failed
   * @param reason why, in words a person can act on; foreign text in it is safe to show
   * @param text the value as it stood there
   */
  record Malformed(Flaw flaw, String reason, String text) implements Parsed {
    @Override
    public Digest digest() {
      return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The kinds of malformed intents. */
  enum Flaw {
    /** Too large, not JSON, or keys and values that do not belong there. */
    SHAPE,
    /** Well-formed, but asks for an operation that does not exist. */
    ACTION
  }
}
