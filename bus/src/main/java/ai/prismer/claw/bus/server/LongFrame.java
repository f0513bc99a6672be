package ai.prismer.claw.bus.server;

import ai.prismer.claw.bus.framing.FrameEncoder;
import ai.prismer.claw.bus.loop.EventLoop;
import ai.prismer.claw.bus.router.Outgoing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A frame on its way from the disk to one client, a chunk in memory at a time. A thread reads it;
 * the next chunk is fetched when the client has taken most of what waits. Loop's thread, but for
 * reading.
 */
final class LongFrame {
  private static final int CHUNK = 64 * 1024;

  private final SendQueue queue;
  private final EventLoop loop;
  private final Runnable flush;
  private final Consumer<String> fail;
  private @Nullable Semaphore wantsChunk;
  private boolean closed;

  /**
   * @param queue of the client
   * @param flush called when there is something to write
   * @param fail called with the reason when the frame cannot be read to its end
   */
  LongFrame(SendQueue queue, EventLoop loop, Runnable flush, Consumer<String> fail) {
    this.queue = queue;
    this.loop = loop;
    this.flush = flush;
    this.fail = fail;
  }

  /** Begins to send. */
  void begin(Outgoing.Body body) {
    queue.beginLong(FrameEncoder.header(body.length()));
    Semaphore wanted = new Semaphore(1);
    wantsChunk = null;
    flush.run();
    Thread.ofVirtual().name("long-frame").start(() -> copy(body, wanted));
  }

  private void copy(Outgoing.Body body, Semaphore wanted) {
    try (InputStream bytes = body.open()) {
      byte[] chunk = bytes.readNBytes(CHUNK);
      while (chunk.length > 0) {
        wanted.acquire();
        ByteBuffer part = ByteBuffer.wrap(chunk);
        loop.execute(() -> add(part, wanted));
        chunk = bytes.readNBytes(CHUNK);
      }
      loop.execute(this::end);
    } catch (IOException gone) {
      loop.execute(() -> fail.accept("a long message could not be read to its end"));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void add(ByteBuffer part, Semaphore wanted) {
    if (closed) {
      wanted.release();
      return;
    }
    queue.addLong(part);
    wantsChunk = wanted;
    flush.run();
  }

  private void end() {
    queue.endLong();
    flush.run();
  }

  /** The client has room for more. */
  void more() {
    Semaphore wanted = wantsChunk;
    if (wanted != null) {
      wantsChunk = null;
      wanted.release();
    }
  }

  /** The client is gone; the reading thread runs to its end and nobody listens. */
  void close() {
    closed = true;
    more();
  }
}
