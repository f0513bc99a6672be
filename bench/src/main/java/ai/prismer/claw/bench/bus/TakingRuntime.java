package ai.prismer.claw.bench.bus;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A runtime that acknowledges whatever {@link BusStore} sends it, and says nothing else. */
final class TakingRuntime implements AutoCloseable {
  private static final int BUFFER = 256 * 1024;
  private static final int ID_AT = "{\"id\":\"".length();
  private static final int ID_LENGTH = "c0-".length() + 12;

  /** Ids of what was taken, by channel: messages come again after a loss of the connection. */
  private final Set<String> taken = ConcurrentHashMap.newKeySet();

  private final boolean remembers;
  private final AtomicLong frames = new AtomicLong();
  private volatile @Nullable Socket connected;
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

  TakingRuntime() throws IOException {
    this(false);
  }

  /**
   * @param remembers whether it keeps the ids
   */
  TakingRuntime(boolean remembers) throws IOException {
    this.remembers = remembers;
    Thread.ofPlatform().daemon().name("runtime").start(this::serve);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many different messages it has taken. */
  int count() {
    return taken.size();
  }

  /** Waits until it has been sent so many, the same ones again included. */
  void await(long count) throws InterruptedException {
    while (frames.get() < count) {
      Thread.sleep(1);
    }
  }

  /** How many it has been sent. */
  long sent() {
    return frames.get();
  }

  /** Waits until nothing comes any more. */
  void awaitQuiet() throws InterruptedException {
    long before = -1;
    for (long now = frames.get(); now != before; now = frames.get()) {
      before = now;
      Thread.sleep(500);
    }
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket bus = listener.accept()) {
        connected = bus;
        take(
            new DataInputStream(new BufferedInputStream(bus.getInputStream(), BUFFER)),
            new DataOutputStream(new BufferedOutputStream(bus.getOutputStream(), BUFFER)));
      } catch (IOException gone) {
        // The next bus is waited for.
      }
    }
  }

  private void take(DataInputStream in, DataOutputStream out) throws IOException {
    while (true) {
      byte[] frame = in.readNBytes(in.readInt());
      String id = new String(frame, ID_AT, ID_LENGTH, StandardCharsets.US_ASCII);
      frames.incrementAndGet();
      if (remembers) {
        taken.add(id);
      }
      byte[] ack =
          "{\"id\":\"a-%s\",\"type\":\"ack\",\"channel\":\"%s\",\"correlationId\":\"%s\"}"
              .formatted(id, id.substring(0, 2), id)
              .getBytes(StandardCharsets.US_ASCII);
      out.writeInt(ack.length);
      out.write(ack);
      if (in.available() == 0) {
        out.flush();
      }
    }
  }

  /** Is not there any more. */
  void leave() throws IOException {
    listener.close();
    Socket bus = connected;
    if (bus != null) {
      bus.close();
    }
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
