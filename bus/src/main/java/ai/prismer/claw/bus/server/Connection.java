package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.framing.FrameBudget;
import ai.prismer.claw.bus.framing.FrameDecoder;
import ai.prismer.claw.bus.framing.FrameEncoder;
import ai.prismer.claw.bus.framing.FrameSink;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.loop.SelectionHandler;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One client's socket: bytes to frames and frames to bytes, and the bounds that a client which is
 * slow, silent or hostile meets. Loop's thread.
 *
 * <p>Reading stops while the sink is not ready, while the frame budget is used up, while the client
 * does not read what it is sent, and while the session asks for it; what was read by then, at most
 * one buffer, is kept. Everything that waits for the client has an end in size or in time.
 */
final class Connection implements SelectionHandler {
  /** Bytes for a client that does not read them before it is no longer read from. */
  private static final long SEND_HIGH = 512 * 1024;

  private static final long SEND_LOW = 64 * 1024;

  /** How long a part of a frame, and a client that takes no byte, may last. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The session on top. */
  interface Events {
    /** Who takes the frames. */
    FrameSink sink();

    /** The socket is closed; called once. */
    void closed(String reason);
  }

  private record Written(long position, Runnable then) {}

  private final SocketChannel socket;
  private final EventLoop loop;
  private final ByteBuffer shared;
  private final Events events;
  private final FrameSink sink;
  private final FrameDecoder decoder;
  private final SelectionKey key;
  private final SendQueue queue = new SendQueue();
  private final LongFrame longFrame;
  private final Deque<Written> written = new ArrayDeque<>();

  private @Nullable ByteBuffer rest;
  private boolean paused;
  private boolean starved;
  private boolean flushing;
  private boolean closing;
  private boolean closed;
  private long enqueued;
  private long sent;
  private long progressNanos;

  /**
   * @param shared a buffer for all connections of the loop to read into
   */
  Connection(
      SocketChannel socket,
      EventLoop loop,
      ByteBuffer shared,
      FrameBudget budget,
      int partBytes,
      Events events)
      throws IOException {
    this.socket = socket;
    this.loop = loop;
    this.shared = shared;
    this.events = events;
    this.sink = events.sink().onlyWhile(() -> !paused);
    this.decoder = new FrameDecoder(budget, partBytes);
    this.key = loop.register(socket, SelectionKey.OP_READ, this);
    this.progressNanos = loop.nanos();
    this.longFrame = new LongFrame(queue, loop, this::flushSoon, this::close);
  }

  @Override
  public void ready() throws IOException {
    if (key.isWritable()) {
      flush();
    }
    if (!closed && key.isReadable()) {
      read();
    }
  }

  @Override
  public void failed(Exception reason) {
    close(reason instanceof EOFException ? "the client left" : String.valueOf(reason.getMessage()));
  }

  private void read() throws IOException {
    if (rest != null) {
      return;
    }
    shared.clear();
    if (socket.read(shared) < 0) {
      throw new EOFException();
    }
    shared.flip();
    decode(shared);
    if (shared.hasRemaining()) {
      rest = ByteBuffer.allocate(shared.remaining()).put(shared).flip();
    }
    update();
  }

  private void decode(ByteBuffer input) throws IOException {
    FrameDecoder.Outcome outcome = decoder.decode(input, loop.nanos(), sink);
    starved = outcome == FrameDecoder.Outcome.STARVED;
  }

  /** Goes on with what was kept; called when the sink is ready again, and now and then. */
  void resume() {
    ByteBuffer kept = rest;
    if (closed || kept == null) {
      return;
    }
    try {
      decode(kept);
      rest = kept.hasRemaining() ? kept : null;
      update();
    } catch (IOException broken) {
      failed(broken);
    }
  }

  /**
   * Stops reading, or goes on: the only throttle that the original's clients survive. Nor is any
   * frame taken out of what was read already.
   */
  void pause(boolean wanted) {
    if (paused != wanted) {
      paused = wanted;
      update();
      resume();
    }
  }

  private void update() {
    if (closed) {
      return;
    }
    boolean reads = !paused && !closing && rest == null && queue.bytes() < SEND_HIGH;
    int interest =
        (reads ? SelectionKey.OP_READ : 0) | (queue.isEmpty() ? 0 : SelectionKey.OP_WRITE);
    if (key.isValid() && key.interestOps() != interest) {
      key.interestOps(interest);
    }
  }

  /** Sends one frame. */
  void send(byte[] json) {
    send(ByteBuffer.wrap(json));
  }

  /** Sends one frame. */
  void send(ByteBuffer json) {
    if (closed) {
      return;
    }
    ByteBuffer frame =
        ByteBuffer.allocate(Integer.BYTES + json.remaining())
            .put(FrameEncoder.header(json.remaining()))
            .put(json.duplicate())
            .flip();
    enqueued += frame.remaining();
    if (queue.isEmpty()) {
      progressNanos = loop.nanos();
    }
    queue.add(frame);
    flushSoon();
  }

  /** Sends what may be dropped: nothing, if the client is behind. */
  void sendIfIdle(byte[] json) {
    if (queue.bytes() < SEND_LOW && !queue.inLongFrame()) {
      send(json);
    }
  }

  /** Has {@code then} run when everything sent so far has been handed to the kernel. */
  void whenWritten(Runnable then) {
    written.add(new Written(enqueued, then));
    flushSoon();
  }

  /** Sends a frame in parts, as the client takes them. */
  void sendLong(Outgoing.Body body) {
    if (!closed) {
      enqueued += Integer.BYTES + (long) body.length();
      longFrame.begin(body);
    }
  }

  /** Not at once: what one commit acknowledges goes out with one call. */
  private void flushSoon() {
    if (!flushing && !closed) {
      flushing = true;
      loop.execute(() -> {
        flushing = false;
        try {
          flush();
        } catch (IOException gone) {
          failed(gone);
        }
      });
    }
  }

  private void flush() throws IOException {
    if (closed) {
      return;
    }
    long count = queue.writeTo(socket);
    sent += count;
    if (count > 0 || queue.isEmpty()) {
      progressNanos = loop.nanos();
    }
    if (queue.bytes() < SEND_LOW) {
      longFrame.more();
    }
    while (!written.isEmpty() && written.peek().position() <= sent) {
      written.remove().then().run();
    }
    if (closing && queue.isEmpty()) {
      close("closed by the bus");
    } else {
      update();
    }
  }

  /** Ends what has lasted too long, and retries what had to wait for memory. */
  void sweep() {
    if (starved) {
      resume();
    }
    long now = loop.nanos();
    boolean stalled = !queue.isEmpty() && now - progressNanos > PATIENCE.toNanos();
    if (stalled) {
      close("the client does not read what it is sent");
    } else if (rest == null && !paused && decoder.overdue(now, PATIENCE)) {
      close("a frame was begun and not continued");
    }
  }

  /** Reads no more, writes what is to be written, and closes. */
  void closeWhenWritten() {
    closing = true;
    update();
    flushSoon();
  }

  /** Closes now. */
  void close(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    rest = null;
    decoder.close();
    key.cancel();
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // Nothing is lost with it.
    }
    longFrame.close();
    events.closed(reason);
  }

  boolean isClosed() {
    return closed;
  }
}
