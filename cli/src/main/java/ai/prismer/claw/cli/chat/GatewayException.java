package ai.prismer.claw.cli.chat;

import java.io.IOException;

/** A gateway refuses, breaks off, or says what no gateway says. */
final class GatewayException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /** Without a word for programs: the connection, or what came over it, is at fault. */
  GatewayException(String message) {
    this("", message);
  }

  /**
   * A refusal in the gateway's own words.
   *
   * @param code its word for programs; may be empty
   */
  GatewayException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The gateway's word for programs; empty where there is none. */
  String code() {
    return code;
  }

  /** What went wrong. */
  String text() {
    return String.valueOf(getMessage());
  }
}
