package ai.prismer.claw.bus;

import ai.prismer.claw.bus.framing.EnvelopeReader;
import ai.prismer.claw.contract.Envelope;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One end of a socket that speaks frames, written apart from the code that it tests. */
public final class Wire implements Closeable {
  private static final long PATIENCE_SECONDS = 20;

  /** A frame that was received. */
  public record Frame(String json, Envelope envelope, Map<String, String> payload) {}

  private final SocketChannel socket;
  private final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
  private volatile boolean ended;

  /** Takes a socket that is connected, and reads it. */
  public Wire(SocketChannel socket) {
    this.socket = socket;
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    InputStream in = Channels.newInputStream(socket);
    try (DataInputStream data = new DataInputStream(in)) {
      while (true) {
        byte[] bytes = new byte[data.readInt()];
        data.readFully(bytes);
        received.add(
            new Frame(
                new String(bytes, StandardCharsets.UTF_8),
                new EnvelopeReader().read(ByteBuffer.wrap(bytes)),
                ai.prismer.claw.bus.framing.PayloadReader.read(new ByteArrayInputStream(bytes))));
      }
    } catch (EOFException end) {
      ended = true;
    } catch (IOException broken) {
      ended = true;
    }
  }

  /** Sends one frame. */
  public void send(String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    sendRaw(ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).flip());
  }

  /** Sends bytes, whatever they are. */
  public void sendRaw(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  /** The next frame. */
  public Frame next() throws InterruptedException {
    Frame frame = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError(ended ? "the peer closed the connection" : "no frame came");
    }
    return frame;
  }

  /** The next frame of a type; others are passed over. */
  public Frame next(String type) throws InterruptedException {
    Frame frame = next();
    while (!frame.envelope().type().equals(type)) {
      frame = next();
    }
    return frame;
  }

  /** The next frame if there is one by now, or null. */
  public @Nullable Frame poll() {
    return received.poll();
  }

  /** The next frame if it comes within so many milliseconds, or null. */
  public @Nullable Frame poll(long millis) throws InterruptedException {
    return received.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** Whether the peer has closed the connection. */
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
