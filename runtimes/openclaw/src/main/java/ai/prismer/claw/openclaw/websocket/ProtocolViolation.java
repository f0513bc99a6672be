package ai.prismer.claw.openclaw.websocket;

/** The peer broke the protocol or a limit, and is told so by a close code. */
final class ProtocolViolation extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;
  private final String reason;

  ProtocolViolation(int code, String reason) {
    super(reason);
    this.code = code;
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  int code() {
    return code;
  }
}
