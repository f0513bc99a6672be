package ai.prismer.claw.training;

import ai.prismer.claw.contract.BusProtocol;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A channel of one's own at the socket of a bus. */
public final class BusChannel implements Closeable {
  private static final long RETRY_MILLIS = 1;

  private final String name;
  private final SocketChannel socket;
  private final DataInputStream in;

  private BusChannel(String name, SocketChannel socket) {
    this.name = name;
    this.socket = socket;
    this.in = new DataInputStream(Channels.newInputStream(socket));
  }

  /**
   * Connects as soon as {@code bus} listens, and registers.
   *
   * @throws IOException if it has ended, or does not listen within {@code patience}
   */
  public static BusChannel open(Process bus, String name, Path socket, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        opened.connect(UnixDomainSocketAddress.of(socket));
        BusChannel channel = new BusChannel(name, opened);
        channel.register();
        return channel;
      } catch (IOException notYet) {
        opened.close();
        if (!bus.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("no bus listens at " + socket, notYet);
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private void register() throws IOException {
    send(BusProtocol.REGISTER, name, "{\"protocol\":%d}".formatted(BusProtocol.CURRENT));
    await(name);
  }

  /** Says something, and waits until the bus has accepted it: until it is on the disk. */
  public void say(String id, String text) throws IOException {
    send(BusProtocol.MESSAGE, id, "{\"text\":\"%s\"}".formatted(text));
    await(id);
  }

  private void send(String type, String id, String payload) throws IOException {
    byte[] frame =
        "{\"id\":\"%s\",\"type\":\"%s\",\"channel\":\"%s\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"payload\":%s}"
            .formatted(id, type, name, payload)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(BusProtocol.LENGTH_BYTES + frame.length)
            .putInt(frame.length)
            .put(frame)
            .flip();
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  /** Reads until the acknowledgement of {@code id}; credit and the like are passed over. */
  private void await(String id) throws IOException {
    String frame;
    do {
      frame = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      if (frame.contains("\"type\":\"" + BusProtocol.NACK + "\"")) {
        throw new IOException("refused: " + frame);
      }
    } while (!frame.contains("\"type\":\"" + BusProtocol.ACK + "\"")
        || !frame.contains("\"" + id + "\""));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
