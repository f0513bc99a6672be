package ai.prismer.claw.bus.framing;

import java.io.IOException;

/** The peer's bytes are not frames, or not an envelope; what follows on the stream says which. */
public final class FrameException extends IOException {
  /** Says what was found where something else was due. */
  public FrameException(String message) {
    super(message);
  }

  /** The same, with what found it. */
  public FrameException(String message, Throwable cause) {
    super(message, cause);
  }
}
