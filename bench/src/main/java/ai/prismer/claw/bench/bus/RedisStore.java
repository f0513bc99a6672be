package ai.prismer.claw.bench.bus;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Redis with {@code appendfsync always}, over its Unix socket; a connection is a list that grows.
 * Nothing of Redis is cheaper and keeps a message.
 */
final class RedisStore implements Store {
  private static final byte[] CONTENT =
      "x".repeat(MESSAGE_BYTES).getBytes(StandardCharsets.US_ASCII);

  private final Process process;
  private final Path socket;

  /** Starts it with its files in {@code folder}. */
  RedisStore(Path folder) throws IOException {
    socket = folder.resolve("redis.sock");
    List<String> command =
        List.of(
            "redis-server",
            "--port",
            "0",
            "--unixsocket",
            socket.toString(),
            "--dir",
            folder.toString(),
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--auto-aof-rewrite-percentage",
            "0",
            "--save",
            "");
    process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("redis.log").toFile())
            .redirectErrorStream(true)
            .start();
  }

  @Override
  public SocketChannel connect(int connection) throws IOException {
    Handshake handshake = Handshake.with(process, UnixDomainSocketAddress.of(socket));
    handshake.write("PING\r\n");
    String answer = handshake.line();
    if (!answer.equals("+PONG")) {
      throw new IOException("Redis answers " + answer);
    }
    return handshake.channel();
  }

  @Override
  public void request(ByteBuffer target, int connection, long number) {
    target.put(
        "*3\r\n$5\r\nRPUSH\r\n$2\r\nc%d\r\n$%d\r\n"
            .formatted(connection, MESSAGE_BYTES)
            .getBytes(StandardCharsets.US_ASCII));
    target.put(CONTENT).put((byte) '\r').put((byte) '\n');
  }

  @Override
  public int answers(ByteBuffer received) throws IOException {
    int count = 0;
    int from = received.position();
    for (int at = from; at < received.limit(); at++) {
      if (received.get(at) == '\n') {
        if (received.get(from) != ':') {
          ByteBuffer said = received.slice(from, at - from);
          throw new IOException("Redis says " + StandardCharsets.UTF_8.decode(said));
        }
        count++;
        from = at + 1;
      }
    }
    received.position(from);
    return count;
  }

  @Override
  public void close() {
    Servers.end(process);
  }
}
