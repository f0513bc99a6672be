package ai.prismer.claw.openclaw.websocket;

import java.nio.ByteBuffer;

/** What a peer can send, after reassembly. */
sealed interface Incoming {
  /** A whole text message. */
  record Text(String text) implements Incoming {}

  /** A question for a sign of life. */
  record Ping(ByteBuffer payload) implements Incoming {}

  /** A sign of life. */
  record Pong() implements Incoming {}

  /**
   * The peer closes, or confirms that we do; {@code code} is {@link CloseCode#NORMAL} if absent.
   */
  record Close(int code) implements Incoming {}
}
