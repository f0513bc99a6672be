package ai.prismer.claw.bench.bus;

import ai.prismer.claw.contract.BusEnvironment;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The bus, as a process that is started as its image starts it; a connection is a channel. */
final class BusStore implements Store {
  private static final int LENGTH = Integer.BYTES;

  /** Where the type begins in a frame of the bus's own: behind an id of 36 characters. */
  private static final int TYPE_AT = "{\"id\":\"\",\"type\":\"".length() + 36;

  private static final int DIGITS = 12;
  private static final int DIGITS_AT = "{\"id\":\"c0-".length();

  private final Process process;
  private final Path folder;
  private final List<byte[]> templates;

  /** Ids differ between two runs on one journal, or the second would be taken for a resend. */
  private final long run = System.nanoTime() / 1000 % 100_000_000_000L;

  private BusStore(Process process, Path folder, int channels, int messageBytes) {
    this.process = process;
    this.folder = folder;
    this.templates =
        IntStream.range(0, channels).mapToObj(channel -> template(channel, messageBytes)).toList();
  }

  /**
   * Starts it.
   *
   * @param program what stands before the bus's own class: java and its options
   * @param folder of its journal and sockets
   * @param channels at most 10, named c0 to c9
   * @param runtimePort where a runtime listens; 1 for none
   */
  static BusStore start(List<String> program, Path folder, int channels, int runtimePort)
      throws IOException {
    return start(program, folder, channels, 64, runtimePort, "8Gi", MESSAGE_BYTES);
  }

  /**
   * The same.
   *
   * @param inFlight messages of a channel that the runtime may have at once
   * @param journalSize as in {@code CLAW_BUS_JOURNAL_SIZE}
   */
  static BusStore start(
      List<String> program,
      Path folder,
      int channels,
      int inFlight,
      int runtimePort,
      String journalSize,
      int messageBytes)
      throws IOException {
    List<String> command = new ArrayList<>(program);
    command.add("ai.prismer.claw.bus.Main");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                BusEnvironment.CHANNELS,
                IntStream.range(0, channels)
                    .mapToObj(i ->
                        "c%d=inbound,inFlight=%d,buffer=65536,high=1,low=0.9"
                            .formatted(i, inFlight))
                    .collect(Collectors.joining(";")),
                BusEnvironment.CHANNELS_DIR,
                folder.resolve("channels").toString(),
                BusEnvironment.JOURNAL_DIR,
                folder.resolve("journal").toString(),
                BusEnvironment.JOURNAL_SIZE,
                journalSize,
                BusEnvironment.BRIDGE,
                "claw-tcp",
                BusEnvironment.RUNTIME,
                "127.0.0.1:" + runtimePort,
                BusEnvironment.GRACE,
                "0",
                BusEnvironment.HEALTH_PORT,
                "0",
                BusEnvironment.ADMIN_SOCKET,
                folder.resolve("admin.sock").toString()));
    Process process =
        builder
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(folder.resolve("bus.log").toFile())
            .start();
    return new BusStore(process, folder, channels, messageBytes);
  }

  /** Java of this process with the flags of the bus's image, and the jars of its build. */
  static List<String> program(Path root) {
    Path bus = root.resolve("bus");
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + bus.resolve("java.args"),
        "-cp",
        bus.resolve("target/image/lib") + "/*");
  }

  private static byte[] template(int channel, int messageBytes) {
    String begin =
        ("{\"id\":\"c%d-%s\",\"type\":\"message\",\"channel\":\"c%d\",\"timestamp\":"
                + "\"2026-01-01T00:00:00Z\",\"payload\":{\"text\":\"")
            .formatted(channel, "0".repeat(DIGITS), channel);
    String end = "\"}}";
    String text = "x".repeat(messageBytes - begin.length() - end.length());
    return (begin + text + end).getBytes(StandardCharsets.US_ASCII);
  }

  Process process() {
    return process;
  }

  /** Of all its threads, so far. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /**
   * Mebibytes of memory that the kernel counts for it.
   *
   * @param word {@code VmRSS} for now, {@code VmHWM} for the most there ever was
   */
  double mebibytes(String word) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith(word + ":"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public SocketChannel connect(int connection) throws IOException {
    Path socket = folder.resolve("channels").resolve("c" + connection).resolve("bus.sock");
    Handshake handshake = Handshake.with(process, UnixDomainSocketAddress.of(socket));
    byte[] register =
        "{\"id\":\"r\",\"type\":\"register\",\"channel\":\"c%d\",\"payload\":{\"protocol\":2}}"
            .formatted(connection)
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer frame = ByteBuffer.allocate(LENGTH + register.length).putInt(register.length);
    handshake.channel().write(frame.put(register).flip());
    // The answer, and how much may be sent: more than any window here.
    for (int i = 0; i < 2; i++) {
      ByteBuffer body = handshake.bytes(handshake.bytes(LENGTH).getInt());
      if (type(body, 0) == 'n') {
        throw new IOException("refused: " + StandardCharsets.UTF_8.decode(body));
      }
    }
    return handshake.channel();
  }

  @Override
  public void request(ByteBuffer target, int connection, long number) {
    byte[] template = templates.get(connection);
    target.putInt(template.length);
    int at = target.position();
    target.put(template);
    long rest = number + run;
    for (int i = DIGITS - 1; i >= 0; i--) {
      target.put(at + DIGITS_AT + i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
  }

  private static char type(ByteBuffer received, int at) {
    return (char) received.get(at + TYPE_AT);
  }

  @Override
  public int answers(ByteBuffer received) throws IOException {
    int count = 0;
    while (received.remaining() >= LENGTH
        && received.remaining() >= LENGTH + received.getInt(received.position())) {
      int length = received.getInt();
      switch (type(received, received.position())) {
        case 'a' -> count++;
        case 'c' -> {
          // Credits; this client never has more out than it was granted at first.
        }
        default -> {
          ByteBuffer said = received.slice(received.position(), length);
          throw new IOException("the bus says " + StandardCharsets.UTF_8.decode(said));
        }
      }
      received.position(received.position() + length);
    }
    return count;
  }

  @Override
  public void close() {
    Servers.end(process);
  }
}
