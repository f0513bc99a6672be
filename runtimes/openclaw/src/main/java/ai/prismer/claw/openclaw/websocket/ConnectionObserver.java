package ai.prismer.claw.openclaw.websocket;

/** Counts connections. Called from many threads. */
public interface ConnectionObserver {
  /** A peer was accepted. */
  void opened();

  /** An accepted peer is gone. */
  void closed();

  /** The gateway ended a connection, for a reason of few possible words. */
  void dropped(String reason);
}
