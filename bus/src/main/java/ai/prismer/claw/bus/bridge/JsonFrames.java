package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Puts together what comes in pieces: text messages, each of them one JSON value. */
final class JsonFrames implements WebSocketLink.Text {
  /** Characters; the history of a session is the longest frame that comes. */
  private static final int LONGEST = 4 * 1024 * 1024;

  /** Told of each. */
  interface Listener {
    /**
     * A whole frame.
     *
     * @return done when more may come
     */
    CompletableFuture<Void> frame(JsonTree frame) throws IOException;
  }

  private final Listener listener;
  private final StringBuilder text = new StringBuilder();

  JsonFrames(Listener listener) {
    this.listener = listener;
  }

  @Override
  public CompletableFuture<Void> received(CharSequence piece, boolean last) {
    if (text.length() + piece.length() > LONGEST) {
      return CompletableFuture.failedFuture(new IOException("a frame of more than 4 MiB"));
    }
    text.append(piece);
    if (!last) {
      return PartCutter.done();
    }
    String frame = text.toString();
    text.setLength(0);
    try {
      return listener.frame(JsonTree.read(frame));
    } catch (IOException broken) {
      return CompletableFuture.failedFuture(broken);
    }
  }
}
