package ai.prismer.claw.bus.bridge;

/** What an HTTP status says about another attempt (RFC 9110, 15). */
final class HttpStatus {
  private HttpStatus() {}

  /** Whether the same request could be answered otherwise later. */
  static boolean isRetryable(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }
}
