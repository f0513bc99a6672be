package ai.prismer.claw.openclaw.websocket;

/**
 * One peer's conversation. All calls but {@link #tick} come from the thread that reads the
 * connection, so a slow handler slows down only its own peer.
 */
public interface Handler {
  /** The connection is open; now it can be written to. */
  void opened();

  /** A message arrived. */
  void text(String message);

  /** Called at a fixed interval while the connection is open. */
  void tick();

  /** The connection is gone. Called once, also when {@link #opened} was not. */
  void closed();
}
