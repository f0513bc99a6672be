package ai.prismer.claw.bus.loop;

import java.io.IOException;

/** Who is told that a socket has something to read, room to write, or a peer waiting. */
public interface SelectionHandler {
  /**
   * The socket is ready.
   *
   * @throws IOException when it can be used no longer; {@link #failed} follows
   */
  void ready() throws IOException;

  /** {@link #ready} threw; the socket has to be closed, and nothing else suffers. */
  void failed(Exception reason);
}
