package ai.prismer.claw.channel;

/** The bus refused the message for good. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final String code;

  RefusedException(String code, String text) {
    super(code + ": " + text);
    this.code = code;
  }

  /** One word of the bus: {@code malformed}, {@code too_large}, {@code mode} … */
  public String code() {
    return code;
  }
}
