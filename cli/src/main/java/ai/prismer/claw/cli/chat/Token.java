package ai.prismer.claw.cli.chat;

/**
 * The token of a gateway. No text of this program holds it: it does not print itself, and what a
 * gateway says is shown without it.
 *
 * @param value what the gateway wants to see, at least one character
 */
record Token(String value) {
  private static final String MASK = "[token]";

  /** Refuses an empty token. */
  Token {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a token has at least one character");
    }
  }

  /** A text in which somebody may repeat the token, without it. */
  String masked(String text) {
    return text.replace(value, MASK);
  }

  @Override
  public String toString() {
    return MASK;
  }
}
