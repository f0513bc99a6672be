package ai.prismer.claw.bench.bus;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The least that can be done: read a message from a Unix socket, write it into a prepared file,
 * sync, answer with one byte. One connection, on a thread of this process.
 */
final class RawStore implements Store {
  private final Path socket;
  private final ServerSocketChannel listener;
  private final FileChannel file;
  private final int size;

  /** Makes its file in {@code folder}. */
  RawStore(Path folder) throws IOException {
    socket = folder.resolve("raw.sock");
    file = DiskRate.prepared(folder.resolve("raw-store"));
    size = Math.toIntExact(file.size());
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon().name("raw").start(this::serve);
  }

  private void serve() {
    ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    ByteBuffer answer = ByteBuffer.allocateDirect(1);
    long position = 0;
    while (listener.isOpen()) {
      try (SocketChannel client = listener.accept()) {
        while (client.read(message) >= 0) {
          if (message.hasRemaining()) {
            continue;
          }
          file.write(message.flip(), position % size);
          file.force(false);
          position += MESSAGE_BYTES;
          message.clear();
          client.write(answer.clear());
        }
      } catch (IOException gone) {
        message.clear();
      }
    }
  }

  @Override
  public SocketChannel connect(int connection) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    return channel;
  }

  @Override
  public void request(ByteBuffer target, int connection, long number) {
    target.put(new byte[MESSAGE_BYTES]);
  }

  @Override
  public int answers(ByteBuffer received) {
    int count = received.remaining();
    received.position(received.limit());
    return count;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    file.close();
  }
}
