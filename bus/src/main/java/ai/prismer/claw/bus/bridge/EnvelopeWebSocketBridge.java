package ai.prismer.claw.bus.bridge;

import ai.prismer.claw.bus.router.Outgoing;
import ai.prismer.claw.contract.BusProtocol;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;

/**
 * {@code claw-ws}: one envelope in each text message of a WebSocket (RFC 6455) on which the runtime
 * listens. What a turn's answer is, its {@code correlationId} says.
 */
public final class EnvelopeWebSocketBridge extends ReconnectingBridge {
  private static final int CHUNK = 16 * 1024;
  private static final int WINDOW = 256;

  private static final Capabilities CAPABILITIES =
      new Capabilities(true, true, false, false, WINDOW, 0, BusProtocol.MAX_FRAME_BYTES);

  private final WebSocketDialer dialer;
  private volatile BlockingQueue<Outgoing> queue = new LinkedBlockingQueue<>();

  /**
   * @param address a {@code ws} address
   * @param token how the bus is known to the runtime; may give an empty text
   */
  public EnvelopeWebSocketBridge(URI address, Token token, RandomGenerator random) {
    super("claw-ws", random);
    this.dialer = new WebSocketDialer(address, token);
  }

  @Override
  public Capabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public void send(Outgoing turn) {
    queue.add(turn);
  }

  @Override
  void serve(BridgeEvents events) throws IOException, InterruptedException {
    PartCutter cutter = new PartCutter(events);
    WebSocketLink link =
        dialer.dial(
            (text, last) -> cutter.add(StandardCharsets.UTF_8.encode(CharBuffer.wrap(text)), last));
    try (link) {
      BlockingQueue<Outgoing> mine = new LinkedBlockingQueue<>();
      queue = mine;
      connected();
      while (true) {
        Outgoing turn = link.awaitWork(mine);
        write(link, turn);
      }
    }
  }

  private static void write(WebSocketLink link, Outgoing turn) throws IOException {
    if (turn.body() instanceof Outgoing.Whole(ByteBuffer content)) {
      link.send(StandardCharsets.UTF_8.decode(content.duplicate()), true);
      return;
    }
    // The reader keeps what a chunk's end cuts off of a character.
    try (Reader text = new InputStreamReader(turn.body().open(), StandardCharsets.UTF_8)) {
      CharBuffer chunk = CharBuffer.allocate(CHUNK);
      while (text.read(chunk) >= 0) {
        if (!chunk.hasRemaining()) {
          link.send(chunk.flip(), false);
          chunk = CharBuffer.allocate(CHUNK);
        }
      }
      link.send(chunk.flip(), true);
    }
  }

  @Override
  void disconnect() {
    dialer.close();
  }
}
