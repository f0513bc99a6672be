package ai.prismer.claw.openclaw.websocket;

/** The close codes the gateway uses (RFC 6455, 7.4, and the IANA registry). */
public final class CloseCode {
  /** The purpose of the connection is fulfilled. */
  public static final int NORMAL = 1000;

  /** The peer broke the WebSocket protocol. */
  public static final int PROTOCOL_ERROR = 1002;

  /** The peer sent binary data, which nobody here understands. */
  public static final int UNSUPPORTED_DATA = 1003;

  /** The peer sent text that is no UTF-8. */
  public static final int INVALID_TEXT = 1007;

  /** The peer is not allowed to go on. */
  public static final int POLICY_VIOLATION = 1008;

  /** The peer sent more than is accepted at once. */
  public static final int TOO_BIG = 1009;

  /** Something failed on this side. */
  public static final int INTERNAL_ERROR = 1011;

  /** This side is being restarted. */
  public static final int SERVICE_RESTART = 1012;

  private CloseCode() {}
}
