package ai.prismer.claw.bench.bus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** NATS JetStream with {@code sync_interval: always}, over TCP; a connection is a stream. */
final class NatsStore implements Store {
  private static final byte[] END = {'\r', '\n'};
  private static final byte[] CONTENT =
      "x".repeat(MESSAGE_BYTES).getBytes(StandardCharsets.US_ASCII);

  private final Process process;
  private final InetSocketAddress address;

  /**
   * Starts it with its files in {@code folder}.
   *
   * @param program path of nats-server, 2.10 or newer: older ones cannot sync always
   */
  NatsStore(String program, Path folder) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
    }
    Path configuration = folder.resolve("nats.conf");
    Files.writeString(
        configuration,
        """
        listen: 127.0.0.1:%d
        jetstream { store_dir: "%s", sync_interval: always, max_file: 8G, max_mem: 64M }
        """
            .formatted(address.getPort(), folder));
    process =
        new ProcessBuilder(program, "--config", configuration.toString())
            .redirectOutput(folder.resolve("nats.log").toFile())
            .redirectErrorStream(true)
            .start();
  }

  @Override
  public SocketChannel connect(int connection) throws IOException {
    Handshake handshake = Handshake.with(process, address);
    String stream =
        "{\"name\":\"C%d\",\"subjects\":[\"c%d\"],\"storage\":\"file\",\"num_replicas\":1}"
            .formatted(connection, connection);
    // INFO
    String ignored = handshake.line();
    handshake.write(
        "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB i%d 1\r\n".formatted(connection));
    handshake.write(
        "PUB $JS.API.STREAM.CREATE.C%d i%d %d\r\n%s\r\n"
            .formatted(connection, connection, stream.length(), stream));
    String head = handshake.line();
    int length = Integer.parseInt(head.substring(head.lastIndexOf(' ') + 1));
    String answer = handshake.text(length + END.length);
    if (!head.startsWith("MSG ") || answer.contains("\"error\"")) {
      throw new IOException("NATS answers " + answer);
    }
    return handshake.channel();
  }

  @Override
  public void request(ByteBuffer target, int connection, long number) {
    target.put(
        "PUB c%d i%d %d\r\n"
            .formatted(connection, connection, MESSAGE_BYTES)
            .getBytes(StandardCharsets.US_ASCII));
    target.put(CONTENT).put(END);
  }

  @Override
  public int answers(ByteBuffer received) throws IOException {
    int count = 0;
    while (true) {
      int end = received.position();
      while (end < received.limit() && received.get(end) != '\n') {
        end++;
      }
      if (end == received.limit()) {
        return count;
      }
      int from = received.position();
      String line = StandardCharsets.US_ASCII.decode(received.slice(from, end - from)).toString();
      if (!line.startsWith("MSG ")) {
        // INFO, when the server has something to tell.
        if (line.startsWith("-ERR")) {
          throw new IOException("NATS says " + line);
        }
        received.position(end + 1);
        continue;
      }
      int length = Integer.parseInt(line.strip().substring(line.strip().lastIndexOf(' ') + 1));
      int next = end + 1 + length + END.length;
      if (next > received.limit()) {
        return count;
      }
      String body = StandardCharsets.UTF_8.decode(received.slice(end + 1, length)).toString();
      if (body.contains("\"error\"")) {
        throw new IOException("NATS says " + body);
      }
      received.position(next);
      count++;
    }
  }

  @Override
  public void close() {
    Servers.end(process);
  }
}
