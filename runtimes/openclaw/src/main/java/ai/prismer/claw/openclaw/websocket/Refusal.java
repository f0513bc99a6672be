package ai.prismer.claw.openclaw.websocket;

/** An upgrade that is not granted; answered with an HTTP status. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String phrase;

  /**
   * Refuses.
   *
   * @param status HTTP status, 400 to 599
   * @param phrase the reason phrase of that status
   * @param message what is wrong, for the peer; plain ASCII without quotes
   */
  public Refusal(int status, String phrase, String message) {
    super(message);
    this.status = status;
    this.phrase = phrase;
  }

  int status() {
    return status;
  }

  String phrase() {
    return phrase;
  }
}
