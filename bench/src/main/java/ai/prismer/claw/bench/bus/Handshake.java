package ai.prismer.claw.bench.bus;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The beginning of a conversation with a server that may only just have been started. */
final class Handshake {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final SocketChannel channel;

  private Handshake(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects as soon as {@code process} listens. */
  static Handshake with(Process process, SocketAddress address) throws IOException {
    long start = System.nanoTime();
    while (true) {
      boolean local = address instanceof UnixDomainSocketAddress;
      SocketChannel channel =
          local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
      try {
        channel.connect(address);
        if (!local) {
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return new Handshake(channel);
      } catch (IOException notYet) {
        channel.close();
        if (!process.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
          throw new IOException("nobody listens at " + address, notYet);
        }
        LockSupport.parkNanos(500_000);
      }
    }
  }

  SocketChannel channel() {
    return channel;
  }

  void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** One byte at a time where the length is not known, so that nothing behind it is taken. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (String next = text(1); !next.equals("\n"); next = text(1)) {
      line.append(next);
    }
    return line.toString().strip();
  }

  String text(int length) throws IOException {
    return StandardCharsets.UTF_8.decode(bytes(length)).toString();
  }

  ByteBuffer bytes(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the server closed the connection");
      }
    }
    return bytes.flip();
  }
}
