package ai.prismer.claw.openclaw.websocket;

/** Decides who may open a WebSocket, and who talks to them. */
public interface Greeter {
  /**
   * Called before the upgrade is granted; nothing can be sent yet.
   *
   * @throws Refusal to answer with an HTTP status instead
   */
  Handler greet(Connection connection, Upgrade upgrade) throws Refusal;
}
