package ai.prismer.claw.bus.bridge;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The WebSocket of one turn, written and read by the turn's own thread. */
final class TurnSocket implements AutoCloseable {
  private record Frame(JsonTree content, CompletableFuture<Void> taken) {}

  /** Of one frame at most: the next is asked for when it is taken. */
  private final BlockingQueue<Frame> frames;

  private final WebSocketLink link;
  private final BooleanSupplier leave;
  private boolean asked;

  private TurnSocket(BlockingQueue<Frame> frames, WebSocketLink link, BooleanSupplier leave) {
    this.frames = frames;
    this.link = link;
    this.leave = leave;
  }

  /**
   * Connects.
   *
   * @param leave whether the question may be sent, asked right before it is
   */
  static TurnSocket open(WebSocketDialer dialer, URI address, BooleanSupplier leave)
      throws IOException, InterruptedException {
    BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    WebSocketLink link =
        dialer.dial(
            address,
            new JsonFrames(content -> {
              Frame frame = new Frame(content, new CompletableFuture<>());
              frames.add(frame);
              return frame.taken();
            }));
    return new TurnSocket(frames, link, leave);
  }

  /**
   * The next frame, whenever it comes.
   *
   * @throws IOException when the connection is over and nothing is left of it
   */
  JsonTree next() throws IOException, InterruptedException {
    JsonTree frame = next(Duration.ofHours(1));
    while (frame == null) {
      frame = next(Duration.ofHours(1));
    }
    return frame;
  }

  /** The same; null if none comes for so long. */
  @Nullable JsonTree next(Duration limit) throws IOException, InterruptedException {
    Frame frame = link.receive(frames, limit);
    if (frame == null) {
      return null;
    }
    frame.taken().complete(null);
    return frame.content();
  }

  /** Sends what has no effect of its own. */
  void send(JsonTree.Keys keys) throws IOException {
    link.send(JsonTree.write(keys), true);
  }

  /**
   * Sends the question: from now on the turn may have had an effect.
   *
   * @throws InterruptedException when the turn was given up meanwhile
   */
  void ask(JsonTree.Keys keys) throws IOException, InterruptedException {
    if (!leave.getAsBoolean()) {
      throw new InterruptedException("given up");
    }
    asked = true;
    send(keys);
  }

  boolean asked() {
    return asked;
  }

  @Override
  public void close() {
    link.close();
  }
}
